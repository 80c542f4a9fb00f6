// See ProfileText.h.
#include "interpreters/ProfileText.h"
#include "interpreters/EmbeddedProfiles.h"
#include "support/Diagnostic.h"
#include "support/Json.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen {

Expected<std::string> completeProfileText(StringRef File, StringRef Text) {
  auto Document = JsonDocument::parse(File, Text);
  if (!Document)
    return Document.takeError();
  JsonObject Root = Document->root();
  if (!Root.has("extends"))
    return Text.str();
  Root.allowAll(); // who reads the whole of it says what is unknown
  std::string BaseName = Root.string("extends");
  auto Base = find_if(EmbeddedProfiles, [&](const EmbeddedProfile &P) { return P.Name == BaseName; });
  if (Base == std::end(EmbeddedProfiles)) {
    auto Names = map_range(EmbeddedProfiles, [](const EmbeddedProfile &P) { return P.Name; });
    Root.fail("extends", "a built-in profile (" + join(Names, ", ") + "), found '" + BaseName + "'");
  }
  if (Error E = Document->takeError())
    return E;
  auto BaseText = completeProfileText(Base->Name, Base->Text);
  if (!BaseText)
    return BaseText.takeError();
  auto BaseDocument = JsonDocument::parse(Base->Name, *BaseText);
  if (!BaseDocument)
    return BaseDocument.takeError();
  BaseDocument->mergePatch(*Document);
  BaseDocument->remove("extends");
  return BaseDocument->text();
}

} // namespace stencilgen
