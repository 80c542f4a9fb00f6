// `stencilgen dump`: the stencils of a manifest, or the sections of an object file, as text. `stencilgen
// header`: the C header of a manifest.
#include "Commands.h"
#include "ObjectReader.h"
#include "compile/Backend.h"
#include "emit/TableHeader.h"
#include "emit/ImageListing.h"
#include "emit/Listing.h"
#include "emit/Manifest.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct ManifestArguments {
  std::string Manifest;
  std::vector<std::string> Names;
  std::string Output;
};

Expected<StencilSet> loadManifest(StringRef Path) {
  auto Buffer = readFile(Path, "the manifest");
  if (!Buffer)
    return Buffer.takeError();
  return readManifest(Path, (*Buffer)->getBuffer());
}

Expected<int> dumpObject(const ManifestArguments &Arguments, MemoryBufferRef Object) {
  if (!Arguments.Names.empty())
    return makeFileError(Arguments.Manifest,
                         "expected no names after an object file, found '" + Arguments.Names.front() + "'");
  auto Image = readObject(Object);
  if (!Image)
    return makeFileError(Arguments.Manifest, toString(Image.takeError()));
  printImage(*Image, outs());
  return 0;
}

void dumpGroup(const StencilGroup &Group, const Disassembler &Listing) {
  outs() << Group.Name << ": " << Group.Code.Bytes.size() << " bytes of code, " << Group.Data.Bytes.size()
         << " of data, " << Group.Code.Holes.size() + Group.Data.Holes.size() << " holes";
  if (!Group.File.empty())
    outs() << " (" << Group.File << ':' << Group.Line << ')';
  outs() << "\n code\n";
  for (const std::string &Line : codeListing(Group.Code, Listing))
    outs() << Line << '\n';
  if (!Group.Data.Bytes.empty())
    outs() << " data\n";
  for (const std::string &Line : dataListing(Group.Data))
    outs() << Line << '\n';
  outs() << '\n';
}

Expected<int> runDump(const ManifestArguments &Arguments) {
  auto Buffer = readFile(Arguments.Manifest, "the manifest or object file");
  if (!Buffer)
    return Buffer.takeError();
  StringRef Contents = (*Buffer)->getBuffer();
  // LLVM takes some JSON for an object file of its own (a list of virtual files, a text API).
  if (!Contents.ltrim().starts_with("{") && identify_magic(Contents) != file_magic::unknown)
    return dumpObject(Arguments, **Buffer);
  auto Set = readManifest(Arguments.Manifest, Contents);
  if (!Set)
    return Set.takeError();
  std::vector<const StencilGroup *> All;
  std::vector<StringRef> AllNames;
  if (Set->Shim)
    All.push_back(&*Set->Shim);
  for (const StencilGroup &Group : Set->Groups)
    All.push_back(&Group);
  for (const StencilGroup *Group : All)
    AllNames.push_back(Group->Name);

  std::vector<const StencilGroup *> Wanted;
  for (const std::string &Name : Arguments.Names) {
    auto Found = llvm::find(AllNames, Name);
    if (Found == AllNames.end()) {
      StringRef Nearest = nearestName(Name, AllNames);
      return makeFileError(Arguments.Manifest,
                           "no stencil '" + Name + "'" +
                               (Nearest.empty() ? "" : ", did you mean '" + Nearest.str() + "'?"));
    }
    Wanted.push_back(All[Found - AllNames.begin()]);
  }
  initializeBackend();
  auto Listing = Disassembler::create(Set->Triple);
  if (!Listing)
    return Listing.takeError();
  for (const StencilGroup *Group : Arguments.Names.empty() ? All : Wanted)
    dumpGroup(*Group, *Listing);
  return 0;
}

Expected<int> runHeader(const ManifestArguments &Arguments) {
  auto Set = loadManifest(Arguments.Manifest);
  if (!Set)
    return Set.takeError();
  initializeBackend();
  auto Listing = Disassembler::create(Set->Triple);
  if (!Listing)
    return Listing.takeError();
  auto Written = stencilHeader(*Set, *Listing);
  if (!Written)
    return Written.takeError();
  std::string Header = std::move(*Written);
  if (Arguments.Output.empty()) {
    outs() << Header;
    return 0;
  }
  OutputFiles Outputs;
  if (Error E = Outputs.add(Arguments.Output, Header))
    return E;
  if (Error E = Outputs.commit())
    return E;
  return 0;
}

} // namespace

void addDumpCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<ManifestArguments>();
  CLI::App *Command =
      App.add_subcommand("dump", "print stencils of a manifest: bytes, disassembly, holes, data; or the "
                                 "sections, symbols and fixups of\nan object file");
  Command->add_option("file", Arguments->Manifest, "jit_stencils-TRIPLE.json, or a relocatable object file")
      ->type_name("FILE")
      ->required();
  Command->add_option("names", Arguments->Names, "the micro-ops to print (default: all)")
      ->type_name("NAME...");
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runDump(*Arguments); }; });
}

void addHeaderCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<ManifestArguments>();
  CLI::App *Command =
      App.add_subcommand("header", "write the C header of a manifest again, from the manifest alone");
  Command->add_option("manifest", Arguments->Manifest, "jit_stencils-TRIPLE.json")
      ->type_name("MANIFEST")
      ->required();
  Command->add_option("-o,--output", Arguments->Output, "the header (default: standard output)")
      ->type_name("FILE");
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runHeader(*Arguments); }; });
}

} // namespace stencilgen
