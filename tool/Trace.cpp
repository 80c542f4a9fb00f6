// `stencilgen trace`: micro-ops to the machine code of a trace, and such machine code back to micro-ops.
#include "inspect/Trace.h"
#include "InspectArguments.h"
#include "compile/Backend.h"
#include "inspect/SetReader.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/ADT/StringExtras.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct TraceArguments {
  InspectArguments Inspect;
  std::string File, Annotate, Binary;
  std::vector<std::string> Steps, Symbols, Values;
  std::string Base = "0x10000000";
  bool NoShim = false;
};

/// NAME=NUMBER words as a map. Errors: a word that is something else.
Error readPairs(ArrayRef<std::string> Words, std::map<std::string, uint64_t> &Pairs) {
  for (StringRef Word : Words) {
    auto [Name, Value] = Word.split('=');
    uint64_t Number;
    if (Name.empty() || Value.getAsInteger(0, Number))
      return makeError("expected NAME=NUMBER, found '" + Word + "'");
    Pairs[Name.str()] = Number;
  }
  return Error::success();
}

Expected<Trace> makeTrace(const TraceArguments &Arguments, const StencilSet &Set) {
  std::vector<TraceStep> Steps;
  for (const std::string &Text : Arguments.Steps) {
    auto Step = parseStep(Text);
    if (!Step)
      return Step.takeError();
    Steps.push_back(std::move(*Step));
  }
  TraceOptions Options;
  if (StringRef(Arguments.Base).getAsInteger(0, Options.Base))
    return makeError("expected an address after --base, found '" + Arguments.Base + "'");
  if (!Arguments.Annotate.empty()) {
    auto Code = readFile(Arguments.Annotate, "machine code");
    if (!Code)
      return Code.takeError();
    StringRef Bytes = (*Code)->getBuffer();
    auto Found = matchTrace(Set, arrayRefFromStringRef(Bytes), Steps, Options.Base);
    if (!Found)
      return withFile(Found.takeError(), Arguments.Annotate);
    return Found;
  }
  if (Steps.empty())
    return makeError("expected the micro-ops of a trace, or --annotate FILE");
  Options.Shim = !Arguments.NoShim;
  if (Error E = readPairs(Arguments.Symbols, Options.Symbols))
    return E;
  if (Error E = readPairs(Arguments.Values, Options.Values))
    return E;
  return linkTrace(Set, Steps, Options);
}

Expected<int> runTrace(const TraceArguments &Arguments) {
  auto Buffer = readFile(Arguments.File, "the manifest or header");
  if (!Buffer)
    return Buffer.takeError();
  initializeBackend();
  auto Set = readStencilSet(Arguments.File, (*Buffer)->getBuffer());
  if (!Set)
    return Set.takeError();
  auto Decoder = Disassembler::create(Set->Triple);
  if (!Decoder)
    return Decoder.takeError();
  auto Made = makeTrace(Arguments, *Set);
  if (!Made)
    return Made.takeError();
  if (!Arguments.Binary.empty()) {
    OutputFiles Outputs;
    if (Error E = Outputs.add(Arguments.Binary, toStringRef(Made->Code)))
      return E;
    if (Error E = Outputs.commit())
      return E;
  }
  Error Failed = writeOutput(Arguments.Inspect, [&](raw_ostream &OS) {
    printTrace(*Made, *Decoder, OS);
    return Error::success();
  });
  if (Failed)
    return Failed;
  return 0;
}

} // namespace

void addTraceCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<TraceArguments>();
  CLI::App *Command = App.add_subcommand(
      "trace",
      "link a trace of micro-ops as a JIT would and show its machine code; with --annotate, find the\n"
      "micro-ops that machine code was made from (docs/inspect.md)");
  Command->add_option("file", Arguments->File, "a manifest or header")->type_name("FILE")->required();
  Command
      ->add_option(
          "steps", Arguments->Steps,
          "the micro-ops with what fills their holes: _LOAD_FAST:OPARG=3,JUMP_TARGET=#7, where #7 is the\n"
          "code of the step with that number, from 0. Values that are not given are 0; branches go to the "
          "end")
      ->type_name("OP[:VALUE=NUMBER,...]...");
  Command
      ->add_option("--annotate", Arguments->Annotate,
                   "machine code to explain, as _opcode.get_executor(...).get_jit_code() returns it; steps,\n"
                   "if given, must be the micro-ops of this code")
      ->type_name("FILE");
  Command->add_option("--base", Arguments->Base, "where the code runs")
      ->type_name("ADDRESS")
      ->capture_default_str();
  Command->add_option("--symbol", Arguments->Symbols, "the address of a symbol; others are invented")
      ->type_name("NAME=ADDRESS")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  Command->add_option("--value", Arguments->Values, "a hole value of every step, as EXECUTOR=0x1000")
      ->type_name("NAME=NUMBER")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  Command->add_flag("--no-shim", Arguments->NoShim, "do not put the shim before the first step");
  Command->add_option("--binary", Arguments->Binary, "write the bytes of the code to this file as well")
      ->type_name("FILE");
  addInspectOptions(*Command, Arguments->Inspect, {"text"});
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runTrace(*Arguments); }; });
}

} // namespace stencilgen
