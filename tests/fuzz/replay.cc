// Hands every file of a folder to a target, with the compiler that the program is made with: what
// fuzzing once found must stay mended.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "tests/fuzz/target.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: replay FOLDER\n";
    return 64;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const auto& path : files) {
    std::cout << path.filename().string() << std::endl;  // flushed: it may be the last word
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    waarmerk::fuzz_one(text);
  }
  std::cout << files.size() << " inputs\n";
  return files.empty() ? 66 : 0;
}
