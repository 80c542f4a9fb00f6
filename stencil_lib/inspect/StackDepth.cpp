// See StackDepth.h. Every way through the code is followed once, with the bytes that are on the stack.
#include "inspect/StackDepth.h"
#include "arch/Architecture.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// By how many bytes an instruction makes the stack deeper; none if that is not known.
std::optional<int64_t> growth(const CodeLine &Line, const Disassembler &Decoder) {
  bool WritesIt = llvm::any_of(
      Line.Writes, [&](unsigned Register) { return Decoder.overlap(Register, Decoder.stackPointer()); });
  if (!WritesIt || Line.Control == Flow::Call || Line.Control == Flow::IndirectCall ||
      Line.Control == Flow::Return)
    return 0;
  return Decoder.architecture().GrowthOfStack(Decoder.opcodeName(Line.Opcode), Line.Immediates);
}

} // namespace

std::set<std::string> mayNotReturn(const std::vector<DecodedCode> &Codes) {
  std::set<std::string> Called, Returning;
  for (const DecodedCode &Code : Codes) {
    std::set<size_t> Blocks;
    for (const CodeEdge &Edge : Code.Edges)
      Blocks.insert(Edge.To);
    for (auto [I, Line] : enumerate(Code.Lines)) {
      if ((Line.Control != Flow::Call && Line.Control != Flow::IndirectCall) || Line.Callee.empty())
        continue;
      bool GoesOn = I + 1 < Code.Lines.size() && !isPadding(Code.Lines[I + 1]) && !Blocks.count(I + 1);
      (GoesOn ? Returning : Called).insert(Line.Callee);
    }
  }
  for (const std::string &Symbol : Returning)
    Called.erase(Symbol);
  return Called;
}

std::optional<std::string> stackProblem(const DecodedCode &Code, const Disassembler &Decoder,
                                        const std::set<std::string> &NoReturn) {
  if (!Decoder.architecture().GrowthOfStack)
    return std::nullopt;
  std::vector<std::optional<int64_t>> Depths(Code.Lines.size() + 1);
  struct Place {
    size_t Line;
    int64_t Depth;
    bool IsBehindCall;
  };
  std::vector<Place> Pending{{0, 0, false}};
  auto Describe = [&](const CodeLine &Line, int64_t Depth) {
    return "leaves " + std::to_string(Depth) + " bytes on the stack at 0x" + utohexstr(Line.Offset, true) +
           " ('" + Line.Shown + "')";
  };
  while (!Pending.empty()) {
    auto [I, Depth, IsBehindCall] = Pending.back();
    Pending.pop_back();
    if (Depths[I]) {
      // A call that does not return is not followed by anything, whatever stands behind it.
      if (*Depths[I] == Depth || IsBehindCall || I == Code.Lines.size())
        continue;
      return "has " + std::to_string(*Depths[I]) + " or " + std::to_string(Depth) +
             " bytes on the stack at 0x" + utohexstr(Code.Lines[I].Offset, true) + ", depending on the path";
    }
    Depths[I] = Depth;
    if (I == Code.Lines.size()) {
      if (Depth != 0 && !IsBehindCall)
        return Describe(Code.Lines.back(), Depth);
      continue;
    }
    const CodeLine &Line = Code.Lines[I];
    auto Grown = growth(Line, Decoder);
    if (!Grown)
      return std::nullopt;
    Depth += *Grown;
    if (Depth < 0)
      return "takes more from the stack than it put there at 0x" + utohexstr(Line.Offset, true) + " ('" +
             Line.Shown + "')";
    // An indirect jump may go by a table within the stencil, unless it reads a slot for something else.
    bool Leaves = Line.Control == Flow::Return ||
                  ((Line.Control == Flow::Jump || Line.Control == Flow::Branch) && !Line.Target) ||
                  (Line.Control == Flow::IndirectJump && llvm::any_of(Line.Holes, [&](size_t Hole) {
                     const std::string &Value = Code.Holes[Hole].Value;
                     return Value != CodeValue && Value != DataValue;
                   }));
    if (Leaves && Depth != 0)
      return Describe(Line, Depth);
    if (Line.Target && Line.Control != Flow::Call)
      if (auto To = Code.lineAt(*Line.Target))
        Pending.push_back({*To, Depth, false});
    bool IsCall = Line.Control == Flow::Call || Line.Control == Flow::IndirectCall;
    if (IsCall && NoReturn.count(Line.Callee))
      continue;
    if (IsCall || Line.Control == Flow::Next || Line.Control == Flow::Branch)
      Pending.push_back({I + 1, Depth, IsCall || (IsBehindCall && isPadding(Line))});
  }
  return std::nullopt;
}

} // namespace stencilgen
