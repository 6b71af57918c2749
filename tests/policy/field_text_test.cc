#include "policy/field_text.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace waarmerk::policy {
namespace {

const auto kName = [](const auto& info) { return info.param.name; };

struct PhraseCase {
  std::string name;
  std::string text;
  std::size_t max_length;
  std::string want;
};

std::ostream& operator<<(std::ostream& out, const PhraseCase& c) { return out << c.name; }

class Phrase : public testing::TestWithParam<PhraseCase> {};

TEST_P(Phrase, IsPrintableAndShort) {
  const PhraseCase& c = GetParam();
  EXPECT_EQ(phrase(c.text, c.max_length), c.want);
}

const PhraseCase kPhrases[] = {
    {"Plain", "no SPF record", 80, "no SPF record"},
    {"Empty", "", 80, ""},
    {"OnlyWhiteSpace", " \r\n\t ", 80, ""},
    {"LineEndsBecomeSpaces", "a\r\nBcc: b\n c", 80, "a Bcc: b c"},
    {"RunsBecomeOneSpace", "a \t\t  b", 80, "a b"},
    {"OuterSpaceGoes", "  a  ", 80, "a"},
    {"ControlsBecomeQuestionMarks",
     std::string("a\0b\x7f"
                 "c\x1b",
                 6),
     80, "a?b?c?"},
    {"EightBitBecomesQuestionMarks",
     "b\xC3\xBC"
     "cher",
     80, "b??cher"},
    {"FitsExactly", "four five", 9, "four five"},
    {"CutsAtAWord", "one two three four", 13, "one two..."},
    {"KeepsTheWordThatJustFits", "one two three", 10, "one two..."},
    {"CutsInsideAWordWithoutSpace", "abcdefghijklmnop", 10, "abcdefg..."},
    {"TinyLimit", "abcdef", 2, ".."},
    {"NoRoom", "abcdef", 0, ""},
};

INSTANTIATE_TEST_SUITE_P(Table, Phrase, testing::ValuesIn(kPhrases), kName);

std::string folded(std::string_view text, std::size_t column) {
  std::string out;
  append_folded(out, column, text);
  return out;
}

std::string unfolded(std::string text) {
  std::erase(text, '\n');
  return text;
}

TEST(AppendFolded, LeavesAShortLineAlone) { EXPECT_EQ(folded("a b c", 24), "a b c"); }

TEST(AppendFolded, BreaksBeforeTheColumnAndNotEarlier_R_21) {
  const std::string word(40, 'x');
  EXPECT_EQ(folded(word + " " + std::string(36, 'y'), 0), word + " " + std::string(36, 'y'));
  EXPECT_EQ(folded(word + " " + std::string(37, 'y'), 0), word + "\n " + std::string(37, 'y'));
}

TEST(AppendFolded, CountsWhatStandsBefore) {
  EXPECT_EQ(folded("a b", 74), "a b");
  EXPECT_EQ(folded("a b", 75), "a\n b");
}

TEST(AppendFolded, KeepsALongWordWhole) {
  const std::string word(300, 'x');
  EXPECT_EQ(folded("a " + word + " b", 0), "a\n " + word + "\n b");
}

TEST(AppendFolded, UnfoldsToWhatItWas) {
  std::string text = "word";
  for (int i = 0; i < 100; ++i)
    text += " word" + std::string(static_cast<std::size_t>(i % 17), 'x');
  EXPECT_EQ(unfolded(folded(text, 24)), text);
}

TEST(AppendFolded, MovesTheColumnOn) {
  std::string out = "name: ";
  std::size_t column = out.size();
  append_folded(out, column, "one two");
  EXPECT_EQ(column, out.size());
  append_folded(out, column, " " + std::string(70, 'x'));
  EXPECT_EQ(out, "name: one two\n " + std::string(70, 'x'));
  EXPECT_EQ(column, 71U);
}

}  // namespace
}  // namespace waarmerk::policy
