// See Header.h.
#include "emit/Header.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

Expected<std::string> stencilHeader(const StencilSet &Set, const Disassembler &Listing) {
  switch (Set.Header.Dialect) {
#define STENCILGEN_ROW(Name)                                                                                 \
  case HeaderDialect::Name:                                                                                  \
    return write##Name##Header(Set, Listing);
    HEADER_DIALECTS(STENCILGEN_ROW)
#undef STENCILGEN_ROW
  }
  llvm_unreachable("unknown dialect");
}

/// \p Text as the rest of a comment line, which it cannot leave: neither by control characters nor by a
/// backslash at its end, which would make the next line part of the comment.
static std::string commentText(StringRef Text) {
  std::string Result = printable(Text, /*IsOneLine=*/true);
  if (StringRef(Result).rtrim().ends_with("\\"))
    Result += ".";
  return Result;
}

std::string headerStart(const StencilSet &Set) {
  return "// " + commentText(Set.Digest) + "\n// $ " + commentText(Set.Command) + "\n";
}

/// The digest as a number that the preprocessor can compare: its first 60 bits, as it has no more than 63 of
/// a signed number.
static std::string digestNumber(StringRef Digest) { return ("0x" + Digest.take_front(15)).str(); }

std::string setCheck(const StencilSet &Set) {
  if (!Set.Header.LayoutAsserts || !isSha256(Set.Digest))
    return "";
  return "#if defined(STENCILGEN_SET) && STENCILGEN_SET != " + digestNumber(Set.Digest) +
         "\n#error \"this header and the one that includes it are of two runs of stencilgen, expected one: "
         "make "
         "the stencils again\"\n#endif\n";
}

std::string dispatcher(StringRef Command, ArrayRef<DispatchTarget> Targets) {
  // A condition that adds to another's holds in fewer cases, and would never be reached behind it.
  std::vector<DispatchTarget> Ordered;
  for (const DispatchTarget &Target : Targets) {
    auto Wider = llvm::find_if(Ordered, [&](const DispatchTarget &Before) {
      return StringRef(Target.Condition).starts_with(Before.Condition + " && ");
    });
    Ordered.insert(Wider, Target);
  }
  std::string Text;
  raw_string_ostream OS(Text);
  OS << "// $ " << commentText(Command) << '\n';
  StringRef Guard = "#if ";
  for (const DispatchTarget &Target : Ordered) {
    OS << Guard << Target.Condition << '\n';
    if (!Target.Digest.empty())
      OS << "#define STENCILGEN_SET " << digestNumber(Target.Digest) << '\n';
    OS << "#include \"" << Target.Header << "\"\n";
    Guard = "#elif ";
  }
  OS << "#else\n#error \"unexpected target\"\n#endif\n";
  return Text;
}

} // namespace stencilgen
