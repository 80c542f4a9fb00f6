// See FrameChecks.h. The unwind rows come from LLVM's DWARF library, the instructions from its decoder.
#include "stencil/FrameChecks.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/DebugInfo/DWARF/DWARFDebugFrame.h"
#include "llvm/Object/ObjectFile.h"

using namespace llvm;

namespace stencilgen {

Error checkRegisterUntouched(const ObjectImage &Image, StringRef Register, const MachineCode &Machine) {
  auto Number = Machine.registerNamed(Register);
  if (!Number)
    return makeError("LLVM knows no register '" + Register + "'");
  for (const ImageSection &Section : Image.Sections) {
    if (Section.Kind != SectionKind::Code)
      continue;
    auto Instructions = Machine.decode(Section.Bytes);
    if (!Instructions)
      return Instructions.takeError();
    for (const MachineInstruction &I : *Instructions)
      if (Machine.touches(I.Inst, *Number)) {
        std::string Text = Machine.text(I.Inst, I.Offset, I.Size);
        std::replace(Text.begin(), Text.end(), '\t', ' ');
        return makeError("code offset 0x" + utohexstr(I.Offset, true) + ": '" + Text +
                         "' touches the frame pointer " + Register.lower() +
                         ", which is reserved for walking the stack through stencils; LLVM " +
                         LLVM_VERSION_STRING + " was asked to leave it alone" +
                         (LLVM_VERSION_MAJOR < 21 ? ", which takes LLVM 21 or newer" : ""));
      }
  }
  return Error::success();
}

namespace {

#if LLVM_VERSION_MAJOR >= 22
auto unwindTable(const dwarf::FDE &Entry) { return dwarf::createUnwindTable(&Entry); }
#else
auto unwindTable(const dwarf::FDE &Entry) { return dwarf::UnwindTable::create(&Entry); }
#endif

/// The offset of the only call in the code of a section. Errors: there are more, or none.
Expected<uint64_t> onlyCall(StringRef Code, const MachineCode &Machine) {
  auto Instructions = Machine.decode(arrayRefFromStringRef(Code));
  if (!Instructions)
    return Instructions.takeError();
  std::vector<uint64_t> Calls;
  for (const MachineInstruction &I : *Instructions)
    if (Machine.description(I.Inst).isCall())
      Calls.push_back(I.Offset);
  if (Calls.size() != 1)
    return makeError("expected exactly one call, that of the machine code, found " + Twine(Calls.size()) +
                     ": one unwind rule could not describe them all");
  return Calls[0];
}

/// Where a row saves a register, in units of the data alignment factor.
Expected<int64_t> savedAt(const dwarf::UnwindRow &Row, uint64_t Register, StringRef Name, int64_t Factor) {
  auto Location = Row.getRegisterLocations().getRegisterLocation(Register);
  if (!Location || !(*Location == dwarf::UnwindLocation::createAtCFAPlusOffset(Location->getOffset())))
    return makeError("the unwind table does not say where " + Name + " is saved at the call");
  int64_t Offset = Location->getOffset();
  if (Factor == 0 || Offset % Factor != 0)
    return makeError(Name + " is saved " + Twine(Offset) +
                     " bytes from the frame address, expected a multiple of the data alignment factor " +
                     Twine(Factor));
  return Offset / Factor;
}

} // namespace

Expected<UnwindInfo> readUnwindInfo(StringRef Object, StringRef FramePointer, const MachineCode &Machine) {
  auto Register = Machine.registerNamed(FramePointer);
  if (!Register)
    return makeError("LLVM knows no register '" + FramePointer + "'");
  auto File = object::ObjectFile::createObjectFile(MemoryBufferRef(Object, "shim"));
  if (!File)
    return File.takeError();

  std::optional<uint64_t> Call;
  for (const object::SectionRef &Section : (*File)->sections()) {
    if (!Section.isText() || Section.getSize() == 0)
      continue;
    auto Code = Section.getContents();
    if (!Code)
      return Code.takeError();
    if (Call)
      return makeError("expected one section of code, found more");
    auto Found = onlyCall(*Code, Machine);
    if (!Found)
      return Found.takeError();
    Call = *Found;
  }
  if (!Call)
    return makeError("expected a function, found no code");

  std::unique_ptr<DWARFContext> Context = DWARFContext::create(**File);
  auto Frames = Context->getEHFrame();
  if (!Frames)
    return Frames.takeError();
  for (const dwarf::FrameEntry &Entry : (*Frames)->entries()) {
    auto *Function = dyn_cast<dwarf::FDE>(&Entry);
    if (!Function || *Call < Function->getInitialLocation() ||
        *Call - Function->getInitialLocation() >= Function->getAddressRange())
      continue;
    const dwarf::CIE &Common = *Function->getLinkedCIE();
    auto Table = unwindTable(*Function);
    if (!Table)
      return Table.takeError();
    const dwarf::UnwindRow *Active = nullptr;
    for (const dwarf::UnwindRow &Row : *Table)
      if (!Row.hasAddress() || Row.getAddress() <= *Call)
        Active = &Row;
    if (!Active || Active->getCFAValue().getLocation() != dwarf::UnwindLocation::RegPlusOffset)
      return makeError("the unwind table has no rule for the call that names a register");
    UnwindInfo Info{};
    Info.CodeAlignmentFactor = Common.getCodeAlignmentFactor();
    Info.DataAlignmentFactor = Common.getDataAlignmentFactor();
    Info.ReturnAddressRegister = Common.getReturnAddressRegister();
    Info.CFARegister = Active->getCFAValue().getRegister();
    Info.CFAOffset = Active->getCFAValue().getOffset();
    Info.FramePointerRegister = Machine.registers().getDwarfRegNum(*Register, /*isEH=*/true);
    auto Saved = savedAt(*Active, Info.FramePointerRegister, "the frame pointer", Info.DataAlignmentFactor);
    if (!Saved)
      return Saved.takeError();
    Info.FramePointerOffset = *Saved;
    Saved = savedAt(*Active, Info.ReturnAddressRegister, "the return address", Info.DataAlignmentFactor);
    if (!Saved)
      return Saved.takeError();
    Info.ReturnAddressOffset = *Saved;
    return Info;
  }
  return makeError("expected an unwind table (-fasynchronous-unwind-tables), found none for the call");
}

} // namespace stencilgen
