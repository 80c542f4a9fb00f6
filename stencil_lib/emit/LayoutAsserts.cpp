// See LayoutAsserts.h.
#include "emit/LayoutAsserts.h"
#include <set>

using namespace llvm;

namespace stencilgen {

void writeLayoutAsserts(ArrayRef<RecordLayout> Layouts, raw_ostream &OS) {
  std::set<std::string> Includes;
  for (const RecordLayout &Record : Layouts)
    if (!Record.Include.empty())
      Includes.insert(Record.Include);
  if (Includes.empty())
    return;
  OS << "#include <stddef.h>\n";
  for (const std::string &Include : Includes)
    OS << "#include " << Include << '\n';
  for (const RecordLayout &Record : Layouts) {
    if (Record.Include.empty())
      continue;
    StringRef Message = "\"the JIT stencils were compiled for another layout\");\n";
    if (Record.Size)
      OS << "_Static_assert(sizeof(" << Record.Name << ") == " << *Record.Size << ", " << Message;
    for (const auto &[Member, Offset] : Record.Members)
      OS << "_Static_assert(offsetof(" << Record.Name << ", " << Member << ") == " << Offset << ", "
         << Message;
  }
  OS << '\n';
}

} // namespace stencilgen
