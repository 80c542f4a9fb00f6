// Makes wrong stencils out of right ones: one small change each, of the kinds that a compiler, a linker or a
// patcher gets wrong.
#ifndef STENCILGEN_TEST_MUTANTS_MUTATOR_H
#define STENCILGEN_TEST_MUTANTS_MUTATOR_H

#include "inspect/DecodedCode.h"

namespace stencilgen {

/// What is changed.
enum class Mutation : uint8_t {
  Bit, ///< a bit of an instruction that still is one of the same size: operation, condition, register, number
  Drop,   ///< an instruction that is left out
  Swap,   ///< two neighbours of which one needs the other, in the wrong order
  Addend, ///< of a hole
  Value,  ///< of a hole: another hole value, or another symbol
  Kind,   ///< of a hole: another encoding of the same width
  Data    ///< a bit of the data outside of its holes
};
constexpr unsigned MutationCount = 7;

llvm::StringRef spelling(Mutation Kind);

struct Mutant {
  Mutation Kind;
  StencilGroup Group;
  size_t Line = 0;                         ///< of the first instruction that was changed; no meaning for data
  std::string What;                        ///< before and after, for people
  std::optional<uint64_t> DataOffset = {}; ///< where data was changed, bytes from its start; none: code was
};

/// Numbers below a limit, from a seed.
class RandomNumbers {
public:
  explicit RandomNumbers(uint64_t Seed) : State(Seed) {}
  uint64_t below(uint64_t Limit);

private:
  uint64_t State;
};

/// What the set has that a hole can be filled with.
struct HoleFillers {
  std::vector<std::string> Values, Symbols;
};

HoleFillers fillersOf(const StencilSet &Set);

class Mutator {
public:
  /// \param Nop  the instruction that does nothing
  Mutator(const Disassembler &Decoder, const HoleFillers &Fillers, std::vector<uint8_t> Nop)
      : Decoder(Decoder), Fillers(Fillers), Nop(std::move(Nop)) {}

  /// A mutant of \p Group, whose decoded code is \p Code. None where the chosen place has none of the kind,
  /// or where the change makes no other code: then choose again.
  std::optional<Mutant> mutate(const StencilGroup &Group, const DecodedCode &Code, Mutation Kind,
                               RandomNumbers &Random) const;

private:
  bool changeBit(Mutant &M, const StencilGroup &Group, const DecodedCode &Code, RandomNumbers &Random) const;
  bool drop(Mutant &M, const DecodedCode &Code, RandomNumbers &Random) const;
  bool swap(Mutant &M, const DecodedCode &Code, RandomNumbers &Random) const;
  bool changeHole(Mutant &M, const DecodedCode &Code, RandomNumbers &Random) const;
  bool changeData(Mutant &M, RandomNumbers &Random) const;
  bool needEachOther(const CodeLine &First, const CodeLine &Second) const;
  bool fits(const Hole &H, const Stencil &Part) const;

  const Disassembler &Decoder;
  const HoleFillers &Fillers;
  std::vector<uint8_t> Nop;
};

} // namespace stencilgen

#endif
