// Measures what one check of SPF or DKIM costs with each engine.
#include <benchmark/benchmark.h>

#include "tests/bench/engines.h"

int main(int argc, char** argv) {
  waarmerk::bench::register_spf();
  waarmerk::bench::register_dkim();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 64;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
