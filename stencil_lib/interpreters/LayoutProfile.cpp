// See LayoutProfile.h.
#include "interpreters/LayoutProfile.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen {

static SectionPlacement readPlacement(JsonObject Target) {
  std::string Spelling = Target.has("sections") ? Target.string("sections") : "packed";
  if (Spelling == "aligned")
    return SectionPlacement::Aligned;
  if (Spelling == "addresses")
    return SectionPlacement::AtAddresses;
  if (Spelling != "packed")
    Target.fail("sections", "packed, aligned or addresses, found '" + Spelling + "'");
  return SectionPlacement::Packed;
}

LayoutProfile readLayoutProfile(JsonObject Target) {
  auto IsTrue = [&](StringRef Key) { return Target.has(Key) && Target.boolean(Key); };
  LayoutProfile Layout;
  if (Target.has("symbolPrefix"))
    Layout.SymbolPrefix = Target.string("symbolPrefix");
  Layout.CodeAlignment = Target.number("codeAlignment", 64);
  if (!isPowerOf2_64(Layout.CodeAlignment))
    Target.fail("codeAlignment", "a power of two of 1 to 64");
  Layout.Nop = Target.bytes("nop");
  if (Layout.Nop.empty())
    Target.fail("nop", "bytes as pairs of hexadecimal digits");
  Layout.Sections = readPlacement(Target);
  Layout.MaxDataAlignment = Target.number("maxDataAlignment", 4096);
  if (!isPowerOf2_64(Layout.MaxDataAlignment))
    Target.fail("maxDataAlignment", "a power of two of 1 to 4096");
  Layout.DropTrailingJump = !IsTrue("keepTrailingJump");
  Layout.KeepUnalignedJump = IsTrue("keepUnalignedJump");
  Layout.DropSlotJump = IsTrue("dropSlotJump");
  Layout.InlineTrampolines = IsTrue("inlineTrampolines");
  Layout.DescendingOrdinals = IsTrue("descendingOrdinals");
  Layout.OptimizeBlocks = IsTrue("optimizeLayout");
  if (Target.has("smallConstants"))
    Layout.SmallConstants = Target.strings("smallConstants");
  return Layout;
}

} // namespace stencilgen
