// The buffer in front of SHA-256 changes nothing.
#include "policy/dkim/hash_stream.h"

#include <gtest/gtest.h>

#include <string>

namespace waarmerk::policy::dkim {
namespace {

crypto::Digest plain_hash(std::string_view text) {
  crypto::Sha256 hash;
  hash.update(text);
  return hash.finish();
}

TEST(DkimHashStream, HashesNothing) { EXPECT_EQ(HashStream().finish(), plain_hash("")); }

TEST(DkimHashStream, GivesTheSameForEveryPieceSize) {
  std::string text;
  for (int i = 0; i < 9000; ++i) text += static_cast<char>(i % 251);
  for (const std::size_t size : {1U, 3U, 1023U, 1024U, 1025U, 2047U, 2048U, 2049U, 9000U}) {
    HashStream stream;
    for (std::size_t i = 0; i < text.size(); i += size) {
      stream.append(std::string_view(text).substr(i, size));
    }
    EXPECT_EQ(stream.finish(), plain_hash(text)) << size;
  }
}

TEST(DkimHashStream, KeepsTheOrderOfSmallAndLargePieces) {
  const std::string large(5000, 'L');
  HashStream stream;
  stream.append('a');
  stream.append(large);
  stream.append("");
  stream.append('b');
  EXPECT_EQ(stream.finish(), plain_hash("a" + large + "b"));
}

}  // namespace
}  // namespace waarmerk::policy::dkim
