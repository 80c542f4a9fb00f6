// `stencilgen stats`: numbers of one or several sets of stencils.
#include "inspect/Stats.h"
#include "InspectArguments.h"
#include "compile/Backend.h"
#include "support/Json.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct StatsArguments {
  InspectArguments Inspect;
  std::vector<std::string> Files;
  size_t Biggest = 10;
};

Expected<int> runStats(const StatsArguments &Arguments) {
  initializeBackend();
  std::vector<SetStats> Stats;
  for (const std::string &File : Arguments.Files) {
    auto Set = inspectFile(File, {});
    if (!Set)
      return Set.takeError();
    Stats.push_back(statsOf(*Set, Arguments.Biggest));
  }
  Error Failed = writeOutput(Arguments.Inspect, [&](raw_ostream &OS) {
    if (Arguments.Inspect.Format == "json")
      OS << jsonText(statsJson(Stats), 1) << '\n';
    else
      printStats(Stats, OS);
    return Error::success();
  });
  if (Failed)
    return Failed;
  return 0;
}

} // namespace

void addStatsCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<StatsArguments>();
  CLI::App *Command = App.add_subcommand(
      "stats", "compare the numbers of one or several sets of stencils: sizes and their distribution,\n"
               "holes by kind, calls, hot paths, trampolines, the biggest stencils (docs/inspect.md)");
  Command->add_option("files", Arguments->Files, "manifests or headers")->type_name("FILE...")->required();
  Command->add_option("--biggest", Arguments->Biggest, "how many of the biggest stencils to name")
      ->type_name("N")
      ->capture_default_str();
  addInspectOptions(*Command, Arguments->Inspect, {"text", "json"});
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runStats(*Arguments); }; });
}

} // namespace stencilgen
