// See DefinitionSource.h.
#include "inspect/DefinitionSource.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace stencilgen {

const DefinitionSource::File &DefinitionSource::load(StringRef Name) {
  auto [Entry, IsNew] = Files.try_emplace(Name);
  File &Loaded = Entry->second;
  if (!IsNew)
    return Loaded;
  SmallString<256> Path = StringRef(Directory);
  sys::path::append(Path, Name);
  auto Buffer = MemoryBuffer::getFile(Path);
  if (!Buffer)
    return Loaded;
  Loaded.Buffer = std::move(*Buffer);
  StringRef Text = Loaded.Buffer->getBuffer();
  Loaded.Tokens = readCTokens(Text);
  Loaded.Lines.push_back(0);
  for (auto [Offset, Character] : enumerate(Text))
    if (Character == '\n')
      Loaded.Lines.push_back(Offset + 1);
  return Loaded;
}

std::string DefinitionSource::text(const StencilGroup &Group) {
  if (Directory.empty() || Group.File.empty() || Group.Line == 0 || sys::path::is_absolute(Group.File))
    return "";
  const File &Source = load(Group.File);
  if (!Source.Buffer || Group.Line > Source.Lines.size())
    return "";
  StringRef Text = Source.Buffer->getBuffer();
  size_t Begin = Source.Lines[Group.Line - 1];
  auto Open = llvm::partition_point(Source.Tokens, [&](const CToken &T) { return T.Offset < Begin; });
  Open = std::find_if(Open, Source.Tokens.end(), [](const CToken &T) { return T.is("{"); });
  if (Open == Source.Tokens.end())
    return "";
  auto Close = std::find_if(Open + 1, Source.Tokens.end(),
                            [&](const CToken &T) { return T.is("}") && T.BraceDepth == Open->BraceDepth; });
  if (Close == Source.Tokens.end())
    return "";
  return Text.slice(Begin, Text.find('\n', Close->Offset)).str();
}

} // namespace stencilgen
