// A trace of micro-ops as the machine code it becomes, and machine code back to the micro-ops it came from.
#ifndef STENCILGEN_INSPECT_TRACE_H
#define STENCILGEN_INSPECT_TRACE_H

#include "arch/Disassembler.h"
#include "stencil/StencilSet.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <string>
#include <vector>

namespace stencilgen {

/// A micro-op of a trace with what fills its holes.
struct TraceStep {
  std::string Name;
  std::map<std::string, uint64_t> Values; ///< by hole value
  std::map<std::string, size_t> Steps;    ///< likewise, where the value is the address of a step's code
};

/// Reads "_LOAD_FAST:OPARG=3,JUMP_TARGET=#7": a number, or the number of a step of the trace, from 0.
/// Errors: no name, a value that is not NAME=NUMBER.
llvm::Expected<TraceStep> parseStep(llvm::StringRef Text);

struct TraceOptions {
  uint64_t Base = 0;                       ///< where the code runs
  bool Shim = false;                       ///< put the set's shim before the first step
  std::map<std::string, uint64_t> Values;  ///< for every step that does not have its own
  std::map<std::string, uint64_t> Symbols; ///< addresses; others are invented, near the code
};

/// A stencil in a trace.
struct TracePart {
  const StencilGroup *Group;
  std::string Title;       ///< what the user called it, with its values
  uint64_t CodeOffset = 0; ///< bytes from the start of the trace's code
  uint64_t DataOffset = 0; ///< bytes from the start of its data
  /// matchTrace only: other stencils that these bytes could be.
  std::vector<const StencilGroup *> Others;
};

struct Trace {
  uint64_t Base = 0, DataBase = 0;
  std::vector<uint8_t> Code, Data;
  std::vector<TracePart> Parts;
  std::map<uint64_t, std::string> Names; ///< of addresses: symbols
};

/// Copies the stencils of \p Steps one after another, their data behind, and fills every hole with
/// sg_fixup_apply, the functions of the run-time patcher. On x86-64, calls and loads through a data slot are
/// turned into direct ones where they reach, as CPython does. A value that is not given is 0, or, where a
/// branch goes there, the end of the code.
/// Errors: no such stencil (suggests the nearest) or hole value; a value out of a fixup's range, with the
/// micro-op, offset and kind.
llvm::Expected<Trace> linkTrace(const StencilSet &Set, llvm::ArrayRef<TraceStep> Steps,
                                const TraceOptions &Options);

/// Finds the stencils that \p Code, machine code that was patched by some JIT, is made of. Compared is all
/// but the holes, and the instructions that a JIT may rewrite around holes of data slots; a branch to the
/// code that follows must lead there.
/// \param Steps  the micro-ops in their order, the shim left out; none: they are searched, and where several
///               fit they are told as Others. What no stencil fits ends the code: a JIT's data and padding.
/// Errors: the bytes at an offset are not those of the step; nothing fits at the start.
llvm::Expected<Trace> matchTrace(const StencilSet &Set, llvm::ArrayRef<uint8_t> Code,
                                 llvm::ArrayRef<TraceStep> Steps, uint64_t Base);

/// Prints every instruction with its address, under the micro-op that it belongs to; addresses that are known
/// are named.
void printTrace(const Trace &T, const Disassembler &Decoder, llvm::raw_ostream &OS);

} // namespace stencilgen

#endif
