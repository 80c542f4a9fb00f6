// `stencilgen header`: the C header of a manifest.
#include "emit/Header.h"
#include "InspectArguments.h"
#include "compile/Backend.h"
#include "emit/Manifest.h"
#include "support/File.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct HeaderArguments {
  std::string Manifest;
  std::string Output;
};

Expected<int> runHeader(const HeaderArguments &Arguments) {
  auto Buffer = readFile(Arguments.Manifest, "the manifest", MaxSetFileSize);
  if (!Buffer)
    return Buffer.takeError();
  auto Set = readManifest(Arguments.Manifest, (*Buffer)->getBuffer());
  if (!Set)
    return Set.takeError();
  initializeBackend();
  auto Listing = Disassembler::create(Set->Triple);
  if (!Listing)
    return Listing.takeError();
  auto Header = stencilHeader(*Set, *Listing);
  if (!Header)
    return Header.takeError();
  if (Error E = writeText(Arguments.Output, *Header))
    return E;
  return 0;
}

} // namespace

void addHeaderCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<HeaderArguments>();
  CLI::App *Command =
      App.add_subcommand("header", "write the C header of a manifest again, from the manifest alone");
  Command->add_option("manifest", Arguments->Manifest, "jit_stencils-TRIPLE.json")
      ->type_name("MANIFEST")
      ->required();
  Command->add_option("-o,--output", Arguments->Output, "the header (default, or -: standard output)")
      ->type_name("FILE");
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runHeader(*Arguments); }; });
}

} // namespace stencilgen
