// `stencilgen prove`: runs the micro-ops of two sets in an emulator and tells where they do not do the same.
#include "BuildArguments.h"
#include "InspectArguments.h"
#include "TreeArguments.h"
#include "compile/Backend.h"
#include "inspect/SetReader.h"
#include "pipeline/Pipeline.h"
#include "prove/ProofText.h"
#include "support/Diagnostic.h"
#include "support/Json.h"
#include "support/Limits.h"
#include "llvm/Support/Process.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct ProveArguments {
  InspectArguments Inspect;
  std::string First, Second, Source, Seed = "1";
  TreeArguments Trees;
  std::vector<std::string> Patterns;
  unsigned States = 200, Jobs = 0, Width = 0;
};

/// The first set made again from the tree without optimization: what the micro-ops' C says, as directly as it
/// can be had.
Expected<InspectedSet> plainSet(const ProveArguments &Arguments, const StencilSet &Of) {
  auto Interpreter = profileOf(Of, Arguments.Trees.Profile);
  if (!Interpreter)
    return Interpreter.takeError();
  auto Options = optionsOf(Of, Arguments.Trees.at(Arguments.Source));
  if (!Options)
    return Options.takeError();
  Options->ExtraFlags.push_back("-O0");
  Options->Threads = threadsFor(Arguments.Jobs);
  auto Files = makeInMemory(*Interpreter, *Options);
  if (!Files)
    return Files.takeError();
  return inspectSet(Arguments.First, std::move(Files->Set), {});
}

Expected<InspectedSet> secondSet(const ProveArguments &Arguments, const StencilSet &First) {
  return Arguments.Source.empty() ? inspectFile(Arguments.Second, {}) : plainSet(Arguments, First);
}

Expected<int> runProve(const ProveArguments &Arguments) {
  prove::ProveOptions Options;
  if (StringRef(Arguments.Seed).getAsInteger(0, Options.Seed))
    return makeError("expected a number after --seed, found '" + Arguments.Seed + "'");
  if (Arguments.Second.empty() && Arguments.Source.empty())
    return makeError("expected a second set, or --source DIR in place of it");
  Options.States = Arguments.States;
  Options.Threads = threadsFor(Arguments.Jobs);
  Options.Patterns = Arguments.Patterns;
  initializeBackend();
  auto First = inspectFile(Arguments.First, {});
  if (!First)
    return First.takeError();
  auto Second = secondSet(Arguments, *First->Set);
  if (!Second)
    return Second.takeError();
  auto Proof = prove::proveSets(*First, *Second, Options);
  if (!Proof)
    return Proof.takeError();
  unsigned Terminal = sys::Process::StandardOutColumns();
  unsigned Width = Arguments.Width ? Arguments.Width : Terminal ? Terminal : 160;
  Error Failed = writeOutput(Arguments.Inspect, [&](raw_ostream &OS) {
    if (Arguments.Inspect.Format == "json")
      OS << jsonText(prove::proofJson(**Proof, Options), 1) << '\n';
    else
      prove::printProof(**Proof, Options, /*Listings=*/!Arguments.Patterns.empty(), Width, OS);
    return Error::success();
  });
  if (Failed)
    return Failed;
  bool IsProved = (*Proof)->count(prove::Verdict::Same) == (*Proof)->Proofs.size() && (*Proof)->Alone.empty();
  return IsProved ? 0 : 1;
}

} // namespace

void addProveCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<ProveArguments>();
  CLI::App *Command = App.add_subcommand(
      "prove", "run the micro-ops of two sets from the same states in an emulator, and compare what an\n"
               "interpreter can see: calls, exits, registers, memory. Exit status: 0 the same, 1 different\n"
               "or not proved, 2 trouble (docs/prove.md)");
  Command->add_option("first", Arguments->First, "a manifest or header")->type_name("A")->required();
  Command->add_option("second", Arguments->Second, "another of the same target, which is trusted")
      ->type_name("B");
  Command
      ->add_option("names", Arguments->Patterns,
                   "run only these micro-ops, or patterns as '_LOAD_*', and show the ways through their code")
      ->type_name("NAME...");
  Command
      ->add_option(
          "--source", Arguments->Source,
          "in place of B: make the first set again from this source tree, without optimization (-O0)")
      ->type_name("DIR");
  addTreeOptions(*Command, Arguments->Trees, "--source");
  Command->add_option("--seed", Arguments->Seed, "what all states follow from")
      ->type_name("NUMBER")
      ->capture_default_str();
  Command->add_option("--states", Arguments->States, "how many states each micro-op gets, at least")
      ->type_name("N")
      ->capture_default_str();
  Command->add_option("-j,--jobs", Arguments->Jobs, "threads (default: one a processor)")->type_name("N");
  Command->add_option("--width", Arguments->Width, "columns (default: the terminal's)")
      ->type_name("N")
      ->check(CLI::Range(MinViewColumns, MaxViewColumns));
  addInspectOptions(*Command, Arguments->Inspect, {"text", "json"});
  Command->callback([&Chosen, Arguments] {
    if (!Arguments->Source.empty() && !Arguments->Second.empty()) // all that follows A are names
      Arguments->Patterns.insert(Arguments->Patterns.begin(), std::exchange(Arguments->Second, ""));
    Chosen = Action([Arguments] { return runProve(*Arguments); }, 2);
  });
}

} // namespace stencilgen
