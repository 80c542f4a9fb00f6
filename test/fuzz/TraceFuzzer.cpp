// Fuzzes the steps of `stencilgen trace`, a line each, and the machine code of a trace of them.
#include "compile/Backend.h"
#include "inspect/Trace.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace stencilgen;

/// A set with two micro-ops of x86-64, one of which has an operand and one a branch.
static StencilSet makeSet() {
  StencilSet Set;
  Set.Triple = "x86_64-unknown-linux-gnu";
  Set.Expressions = {{"CODE", ""}, {"DATA", ""}, {"OPARG", ""}, {"JUMP_TARGET", ""}};
  StencilGroup Load, Branch;
  Load.Name = "LOAD";
  Load.Code.Bytes = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0};
  Load.Code.Holes = {{2, FixupKind::Abs64, "", "OPARG", "", 0}};
  Branch.Name = "BRANCH";
  Branch.Code.Bytes = {0x0f, 0x84, 0, 0, 0, 0};
  Branch.Code.Holes = {{2, FixupKind::PCRel32, "", "JUMP_TARGET", "", -4}};
  Set.Groups = {Branch, Load};
  return Set;
}

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  initializeBackend();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  static const StencilSet Set = makeSet();
  std::vector<TraceStep> Steps;
  for (StringRef Line : split(StringRef(reinterpret_cast<const char *>(Data), Size), '\n')) {
    auto Step = parseStep(Line);
    if (Step)
      Steps.push_back(std::move(*Step));
    else
      toString(Step.takeError());
  }
  TraceOptions Options;
  Options.Shim = false;
  if (auto Made = linkTrace(Set, Steps, Options); !Made)
    toString(Made.takeError());
  return 0;
}
