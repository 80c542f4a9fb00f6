// See State.h.
#include "prove/State.h"

namespace stencilgen::prove {

uint64_t drawPointer(uint64_t Hash, const GuestLayout &Layout) {
  // In the middle of an object's space, so that what lies before its address belongs to it as well.
  return Layout.Heap + Layout.ObjectSize * (Hash % (Layout.HeapSize / Layout.ObjectSize)) +
         Layout.ObjectSize / 4 + ((Hash >> 40) & 15) * 8;
}

uint64_t drawValue(uint64_t Hash, const GuestLayout &Layout, const std::vector<uint64_t> &Pool) {
  uint64_t Mask = Layout.WordSize == 8 ? ~UINT64_C(0) : UINT32_MAX;
  unsigned Kind = Hash & 0xff;
  uint64_t More = mix(Hash, 1);
  uint64_t Pointer = drawPointer(More, Layout);
  if (Kind < 0xa4)
    return Pointer;
  if (Kind < 0xb8)
    return Pointer | (Kind & 3);
  if (Kind < 0xc8)
    return More & 7;
  if (Kind < 0xce)
    return 0;
  if (Kind < 0xd4)
    return Mask & (0 - (More & 3));
  if (Kind < 0xe4 && !Pool.empty())
    return Mask & (Pool[More % Pool.size()] + ((Kind & 7) == 0 ? 1 : 0));
  if (Kind < 0xec)
    return More & 0xffff;
  if (Kind < 0xf4)
    return More & 0xffffffff & Mask;
  return More & Mask;
}

uint64_t stateValue(const State &S, Source Where, const GuestLayout &Layout,
                    const std::vector<uint64_t> &Pool) {
  if (const uint64_t *Planted = S.planted(Where))
    return *Planted;
  return drawValue(mix(S.Seed, Where.Place, uint64_t(Where.What) << 32 | Where.Epoch), Layout, Pool);
}

GuestLayout layoutFor(unsigned WordSize, bool IsBigEndian, unsigned EntryAlignment, unsigned AboveStack) {
  GuestLayout Layout{.WordSize = WordSize, .IsBigEndian = IsBigEndian};
  if (WordSize == 8) {
    Layout.Code = 0x051100000000;
    Layout.Heap = 0x062200000000;
    Layout.Stack = 0x073300000000;
    Layout.Symbols = 0x084400000000;
    Layout.Return = 0x095500001000;
    Layout.SymbolSpacing = 0x100000;
  } else {
    Layout.Code = 0x10000000;
    Layout.Heap = 0x20000000;
    Layout.Stack = 0x30000000;
    Layout.Symbols = 0x40000000;
    Layout.Return = 0x50001000;
    Layout.SymbolSpacing = 0x10000;
  }
  Layout.HeapSize = 64 << 20;
  Layout.StackSize = 1 << 17;
  Layout.EntryStack = Layout.Stack + (1 << 16) + EntryAlignment;
  Layout.FrameEnd = Layout.EntryStack + AboveStack;
  return Layout;
}

} // namespace stencilgen::prove
