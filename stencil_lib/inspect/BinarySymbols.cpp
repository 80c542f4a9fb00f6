// See BinarySymbols.h.
#include "inspect/BinarySymbols.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/COFF.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Object/MachO.h"
#include "llvm/Object/MachOUniversal.h"
#include "llvm/Object/ObjectFile.h"

using namespace llvm;
using namespace llvm::object;

namespace stencilgen {

namespace {

class SymbolCollector {
public:
  Error collect(Binary &File) {
    if (auto *Object = dyn_cast<ObjectFile>(&File))
      return collect(*Object);
    if (auto *Library = dyn_cast<Archive>(&File)) {
      Error Failed = Error::success();
      for (const Archive::Child &Child : Library->children(Failed)) {
        auto Member = Child.getAsBinary();
        if (!Member) { // lists of symbols and the like
          consumeError(Member.takeError());
          continue;
        }
        if (Error E = collect(**Member))
          return joinErrors(std::move(E), std::move(Failed));
      }
      return Failed;
    }
    if (auto *Universal = dyn_cast<MachOUniversalBinary>(&File)) {
      for (const auto &Slice : Universal->objects()) {
        auto Object = Slice.getAsObjectFile();
        if (!Object)
          return Object.takeError();
        if (Error E = collect(**Object))
          return E;
      }
      return Error::success();
    }
    return makeError("expected a program, a library or an object file");
  }

  StringSet<> Names;

private:
  Error collect(ObjectFile &Object) {
    // Mach-O, and COFF on 32-bit x86, put a _ before what C names.
    HasPrefix = Object.isMachO() || (Object.isCOFF() && Object.getArch() == Triple::x86);
    for (const SymbolRef &Symbol : Object.symbols())
      if (Error E = add(Symbol))
        return E;
    if (auto *Elf = dyn_cast<ELFObjectFileBase>(&Object))
      for (const SymbolRef &Symbol : Elf->getDynamicSymbolIterators())
        if (Error E = add(Symbol))
          return E;
    if (auto *Coff = dyn_cast<COFFObjectFile>(&Object))
      for (const ExportDirectoryEntryRef &Export : Coff->export_directories()) {
        StringRef Name;
        if (Error E = Export.getSymbolName(Name))
          return E;
        insert(Name);
      }
    return Error::success();
  }

  Error add(const SymbolRef &Symbol) {
    auto Name = Symbol.getName();
    if (!Name)
      return Name.takeError();
    insert(Name->split('@').first); // ELF versions: memcpy@GLIBC_2.14
    return Error::success();
  }

  void insert(StringRef Name) {
    if (HasPrefix)
      Name.consume_front("_");
    Name.consume_front("__imp_");
    if (!Name.empty())
      Names.insert(Name);
  }

  bool HasPrefix = false;
};

} // namespace

Expected<StringSet<>> symbolsOfBinary(StringRef Path) {
  auto Buffer = readFile(Path, "the interpreter's program or library");
  if (!Buffer)
    return Buffer.takeError();
  auto File = createBinary(**Buffer);
  if (!File)
    return makeFileError(Path,
                         "expected a program, a library or an object file: " + toString(File.takeError()));
  SymbolCollector Collector;
  if (Error E = Collector.collect(**File))
    return makeFileError(Path, toString(std::move(E)));
  if (Collector.Names.empty())
    return makeFileError(Path, "no symbols: expected a program that is not stripped");
  return std::move(Collector.Names);
}

} // namespace stencilgen
