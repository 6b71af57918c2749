// What the benchmarks of SPF and DKIM share: the engines, and how a figure is taken.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "policy/engine.h"

namespace waarmerk::bench {

/// Registers `measure(state, engine, subject)` as "NAME/ENGINE" for each engine that stands alone.
/// The least of several runs is what the work costs; the rest is the machine's other business.
template <typename Subject>
void for_each_engine(const std::string& name,
                     void (*measure)(benchmark::State&, policy::Engine, const Subject&),
                     const Subject& subject) {
  const auto least = [](const std::vector<double>& values) {
    return *std::ranges::min_element(values);
  };
  for (const auto engine : {policy::Engine::Native, policy::Engine::Reference}) {
    const std::string word(policy::kEngineWords.word(engine));
    benchmark::RegisterBenchmark((name + "/" + word).c_str(), measure, engine, subject)
        ->Unit(benchmark::kMicrosecond)
        ->ComputeStatistics("min", least);
  }
}

/// Each registers its own.
void register_spf();
void register_dkim();

}  // namespace waarmerk::bench
