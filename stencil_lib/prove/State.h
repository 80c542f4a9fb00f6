// What a stencil finds when it starts: a seed, from which everything follows, and the few values that were
// planted in place of what the seed gives.
#ifndef STENCILGEN_PROVE_STATE_H
#define STENCILGEN_PROVE_STATE_H

#include <cstdint>
#include <vector>

namespace stencilgen::prove {

/// Where a value comes from that the stencil did not make itself.
struct Source {
  enum Kind : uint8_t {
    Memory,   ///< Place: address of the word; Epoch: the call that left it there, 0: there from the start
    Register, ///< Place: index of the register on entry
    Result,   ///< Place: index of the register; Epoch: the call that returned it, from 1
    Local, ///< left by a call where an argument points into the stencil's own frame. Place: (argument << 32)
           ///< + bytes from there; Epoch: the call, from 1
    Hole,  ///< Place: index into HoleNames
  } What;
  uint32_t Epoch = 0;
  uint64_t Place = 0;

  bool operator==(const Source &) const = default;
};

struct Plant {
  Source Where;
  uint64_t Value;

  bool operator==(const Plant &) const = default;
};

struct State {
  uint64_t Seed;
  unsigned Holes = 0; ///< which of the ways to fill holes
  std::vector<Plant> Plants;

  const uint64_t *planted(Source Where) const {
    for (const Plant &P : Plants)
      if (P.Where == Where)
        return &P.Value;
    return nullptr;
  }
};

/// A number that depends on all of its arguments and looks random (splitmix64: Steele, Lea, Flood, "Fast
/// splittable pseudorandom number generators").
inline uint64_t mix(uint64_t A, uint64_t B = 0, uint64_t C = 0) {
  auto Step = [](uint64_t X) {
    X = (X ^ (X >> 30)) * 0xbf58476d1ce4e5b9;
    X = (X ^ (X >> 27)) * 0x94d049bb133111eb;
    return X ^ (X >> 31);
  };
  return Step(Step(Step(A + 0x9e3779b97f4a7c15) + B + 0x9e3779b97f4a7c15) + C + 0x9e3779b97f4a7c15);
}

/// A value of no meaning, as in registers that nothing is passed in: recognized where it is handed on as it
/// is, and another for each \p Stencil, so that it makes a difference where anything is computed from it.
inline uint64_t undefinedValue(uint64_t Hash, uint64_t Stencil, unsigned WordSize) {
  return WordSize == 8 ? UINT64_C(0xbadf) << 48 | mix(Hash, Stencil) >> 16
                       : 0xbad00000 | mix(Hash, Stencil) >> 44;
}

/// True for states in which what has no meaning is 0, for all stencils: so that comparing with it has another
/// outcome.
inline bool isUndefinedZero(uint64_t Seed) { return mix(Seed, 0x2e20) % 4 == 0; }

inline bool isUndefined(uint64_t Value, unsigned WordSize) {
  return WordSize == 8 ? Value >> 48 == 0xbadf : Value >> 20 == 0xbad;
}

/// Where things are in the guest. Addresses are chosen such that cutting one to 32 bits does not go unnoticed
/// where an address has more, and below 2^44, which is all that Unicorn's AArch64 processor has.
struct GuestLayout {
  unsigned WordSize;
  bool IsBigEndian;
  uint64_t Code = 0, Heap = 0, Stack = 0, Symbols = 0;
  uint64_t Return = 0; ///< where a stencil's caller waits
  uint64_t HeapSize = 0, StackSize = 0, SymbolSpacing = 0;
  uint64_t EntryStack = 0;    ///< the stack pointer on entry
  uint64_t FrameEnd = 0;      ///< first byte behind what is the stencil's own of the stack
  uint64_t ObjectSize = 4096; ///< distance of the objects that pointers lead to

  static constexpr uint64_t SlotSize = 0x13000, ///< of code with its data; no round number, so that one too
                                                ///< many in an address leads nowhere
      CodeEnd = 0x8000,                         ///< in a slot: where code ends, and CONTINUE is
      ExitStart = 0x8100,                       ///< likewise: where the other exits are
      DataStart = 0x9000, SlotUse = 0xd000;     ///< likewise: data, and its end
  static constexpr unsigned SlotCount = 64;
  static constexpr uint64_t NearSymbols = 0x1000000, NearSpacing = 16; ///< from Code: in reach of every call
  static constexpr uint64_t SymbolCount = 256;
};

/// A value as an interpreter's memory may hold it: mostly pointers to objects, some with tag bits, small
/// numbers, any numbers, and now and then one of \p Pool.
uint64_t drawValue(uint64_t Hash, const GuestLayout &Layout, const std::vector<uint64_t> &Pool);

/// The address of an object.
uint64_t drawPointer(uint64_t Hash, const GuestLayout &Layout);

/// What the state has at \p Where: what is planted there, or drawn from the seed.
uint64_t stateValue(const State &S, Source Where, const GuestLayout &Layout,
                    const std::vector<uint64_t> &Pool);

/// The layout for addresses of \p WordSize bytes. \param EntryAlignment  the stack pointer on entry, modulo
/// 16
/// \param AboveStack  bytes from there on that belong to the stencil
GuestLayout layoutFor(unsigned WordSize, bool IsBigEndian, unsigned EntryAlignment, unsigned AboveStack);

} // namespace stencilgen::prove

#endif
