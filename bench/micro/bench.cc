// micro: the paths by the clock. Google Benchmark's own flags apply.

#include <benchmark/benchmark.h>

#include "micro/path.h"

int main(int argc, char** argv) {
  for (const hermod::bench::Path& path : hermod::bench::paths()) {
    benchmark::RegisterBenchmark(std::string(path.name).c_str(), [&path](benchmark::State& state) {
      const auto operation = path.make();
      for (auto _ : state) operation->run();
    });
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
