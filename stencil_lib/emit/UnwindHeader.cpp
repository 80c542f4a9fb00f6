// See UnwindHeader.h.
#include "emit/UnwindHeader.h"
#include "emit/Header.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

std::string unwindHeader(const StencilSet &Set, const UnwindInfo *Info) {
  std::string Text;
  raw_string_ostream OS(Text);
  OS << headerStart(Set) << '\n'
     << setCheck(Set) << "#define JIT_UNWIND_INFO_SUPPORTED " << (Info ? 1 : 0) << '\n';
  if (!Info)
    return Text;
  const std::pair<StringRef, int64_t> Macros[] = {{"CODE_ALIGNMENT_FACTOR", Info->CodeAlignmentFactor},
                                                  {"DATA_ALIGNMENT_FACTOR", Info->DataAlignmentFactor},
                                                  {"RA_REG", Info->ReturnAddressRegister},
                                                  {"CFA_REG", Info->CFARegister},
                                                  {"CFA_OFFSET", Info->CFAOffset},
                                                  {"FP_REG", Info->FramePointerRegister},
                                                  {"FP_OFFSET", Info->FramePointerOffset},
                                                  {"RA_OFFSET", Info->ReturnAddressOffset}};
  for (const auto &[Name, Value] : Macros)
    OS << "#define JIT_UNWIND_" << Name << ' ' << Value << '\n';
  return Text;
}

} // namespace stencilgen
