// Whether two stencils that started from the same state did the same, as far as an interpreter can see.
#ifndef STENCILGEN_PROVE_JUDGE_H
#define STENCILGEN_PROVE_JUDGE_H

#include "prove/Emulator.h"

namespace stencilgen::prove {

/// The first thing that two runs did in another way.
struct Difference {
  std::string What;           ///< in one line
  std::optional<size_t> Call; ///< before or in which call; none: at the end
  bool IsMemory = false;      ///< it is words in memory that differ
};

enum class Verdict : uint8_t { Same, Different, Unknown };

struct Judgement {
  Verdict Result;
  Difference First; ///< where they are different
};

/// What is known of both sets.
struct JudgeContext {
  const GuestCpu *Cpu;
  const GuestLayout *Layout;
  const HoleNames *Names;
  std::vector<std::string> Symbols, Exits;  ///< names by number
  RegisterSet Passed;                       ///< registers that stencils hand on
  RegisterSet Kept = 0;                     ///< registers that are the caller's own when a stencil returns
  std::vector<RegisterSet> SymbolArguments; ///< which registers a symbol takes, by its number
  std::vector<size_t> SymbolStackWords;     ///< how many words on the stack at most, likewise
};

/// Which of a call's registers are arguments: see docs/prove.md, "What is assumed".
RegisterSet argumentsOf(RegisterSet Definite, const GuestCpu &Cpu);

/// A destination for people.
std::string destinationText(const Destination &To, const JudgeContext &Context);

/// \param Kept  registers that are the caller's own when the two return
Judgement judge(const PlacedStencil &PlacedA, const Behaviour &A, const PlacedStencil &PlacedB,
                const Behaviour &B, const JudgeContext &Context, RegisterSet Kept);

} // namespace stencilgen::prove

#endif
