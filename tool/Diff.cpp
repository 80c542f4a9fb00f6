// `stencilgen diff`: what differs between two sets of stencils.
#include "InspectArguments.h"
#include "compile/Backend.h"
#include "inspect/HtmlReport.h"
#include "support/Json.h"
#include "support/Limits.h"
#include "llvm/Support/Process.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct DiffArguments {
  InspectArguments Inspect;
  std::string Old, New;
  std::vector<std::string> Patterns;
  std::string View, Source;
  unsigned Width = 0;
};

/// The width of the view: what is asked for, else that of the terminal, 160 without one.
unsigned columns(const DiffArguments &Arguments) {
  unsigned Width = Arguments.Width ? Arguments.Width : sys::Process::StandardOutColumns();
  return Width ? std::clamp(Width, MinViewColumns, MaxViewColumns) : 160;
}

CompareView viewOf(const DiffArguments &Arguments) {
  if (Arguments.View == "unified")
    return CompareView::Unified;
  if (Arguments.View == "side-by-side" || (Arguments.View.empty() && !Arguments.Patterns.empty()))
    return CompareView::SideBySide;
  return CompareView::Summary;
}

/// The patterns may name micro-ops of one side only, so that both sides are read whole and then filtered.
Expected<int> runDiff(const DiffArguments &Arguments) {
  initializeBackend();
  auto Old = inspectFile(Arguments.Old, {});
  if (!Old)
    return Old.takeError();
  auto New = inspectFile(Arguments.New, {});
  if (!New)
    return New.takeError();
  Comparison Result = compareSets(*Old, *New);
  if (Error E = Result.keepOnly(Arguments.Patterns))
    return E;
  DefinitionSource Source(Arguments.Source);
  Error Failed = writeOutput(Arguments.Inspect, [&](raw_ostream &OS) {
    if (Arguments.Inspect.Format == "json")
      OS << jsonText(comparisonJson(Result), 1) << '\n';
    else if (Arguments.Inspect.Format == "html")
      OS << htmlReport(*New, &Result, Source);
    else
      printComparison(Result, viewOf(Arguments), columns(Arguments), OS);
    return Error::success();
  });
  if (Failed)
    return Failed;
  return Result.isSame() ? 0 : 1;
}

} // namespace

void addDiffCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<DiffArguments>();
  CLI::App *Command = App.add_subcommand(
      "diff", "compare two sets of stencils: micro-ops added and removed, sizes, holes, instructions.\n"
              "Exit status: 0 the same, 1 different, 2 trouble (docs/inspect.md)");
  Command->add_option("old", Arguments->Old, "a manifest or header")->type_name("OLD")->required();
  Command->add_option("new", Arguments->New, "another")->type_name("NEW")->required();
  Command
      ->add_option("names", Arguments->Patterns,
                   "compare only these micro-ops, or patterns as '_LOAD_*', and show their code")
      ->type_name("NAME...");
  Command
      ->add_option("--view", Arguments->View,
                   "summary (the default without names): a table; unified, side-by-side (the default with\n"
                   "names): the code of what changed as well")
      ->type_name("VIEW")
      ->check(CLI::IsMember({"summary", "unified", "side-by-side"}));
  Command
      ->add_option("--width", Arguments->Width, "columns of the side-by-side view (default: the terminal's)")
      ->type_name("N")
      ->check(CLI::Range(MinViewColumns, MaxViewColumns));
  Command
      ->add_option("--source", Arguments->Source,
                   "html: the interpreter's source tree, for definitions beside the machine code")
      ->type_name("DIR");
  addInspectOptions(*Command, Arguments->Inspect, {"text", "json", "html"});
  Command->callback(
      [&Chosen, Arguments] { Chosen = Action([Arguments] { return runDiff(*Arguments); }, 2); });
}

} // namespace stencilgen
