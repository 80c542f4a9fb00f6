// See FrameTable.h. LLVM's DWARF library runs the instructions of the table.
#include "FrameTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/DebugInfo/DWARF/DWARFDebugFrame.h"
#include "llvm/Object/ObjectFile.h"

using namespace llvm;

namespace stencilgen {

namespace {

#if LLVM_VERSION_MAJOR >= 22
auto unwindTable(const dwarf::FDE &Entry) { return dwarf::createUnwindTable(&Entry); }
#else
auto unwindTable(const dwarf::FDE &Entry) { return dwarf::UnwindTable::create(&Entry); }
#endif

Error makeError(const Twine &Message) { return createStringError(inconvertibleErrorCode(), Message); }

/// Bytes from the canonical frame address to where the row saves a register; none: it does not, or elsewhere.
std::optional<int64_t> savedAt(const dwarf::UnwindRow &Row, uint64_t Register) {
  auto Location = Row.getRegisterLocations().getRegisterLocation(Register);
  if (!Location || !(*Location == dwarf::UnwindLocation::createAtCFAPlusOffset(Location->getOffset())))
    return std::nullopt;
  return Location->getOffset();
}

Expected<FrameRule> ruleOf(const dwarf::FDE &Function, uint64_t Offset, uint64_t Register) {
  auto Table = unwindTable(Function);
  if (!Table)
    return Table.takeError();
  const dwarf::UnwindRow *Active = nullptr;
  for (const dwarf::UnwindRow &Row : *Table)
    if (!Row.hasAddress() || Row.getAddress() <= Offset)
      Active = &Row;
  if (!Active || Active->getCFAValue().getLocation() != dwarf::UnwindLocation::RegPlusOffset)
    return makeError("the unwind table has no rule for the call that names a register");
  const dwarf::CIE &Common = *Function.getLinkedCIE();
  return FrameRule{Common.getCodeAlignmentFactor(),
                   Common.getDataAlignmentFactor(),
                   Common.getReturnAddressRegister(),
                   Active->getCFAValue().getRegister(),
                   Active->getCFAValue().getOffset(),
                   savedAt(*Active, Register),
                   savedAt(*Active, Common.getReturnAddressRegister())};
}

} // namespace

Expected<ArrayRef<uint8_t>> onlyCode(MemoryBufferRef Object) {
  auto File = object::ObjectFile::createObjectFile(Object);
  if (!File)
    return File.takeError();
  std::optional<ArrayRef<uint8_t>> Code;
  for (const object::SectionRef &Section : (*File)->sections()) {
    if (!Section.isText() || Section.getSize() == 0)
      continue;
    auto Contents = Section.getContents();
    if (!Contents)
      return Contents.takeError();
    if (Code)
      return makeError("expected one section of code, found more");
    Code = arrayRefFromStringRef(*Contents);
  }
  if (!Code)
    return makeError("expected a function, found no code");
  return *Code;
}

Expected<std::optional<FrameRule>> frameRuleAt(MemoryBufferRef Object, uint64_t Offset, uint64_t Register) {
  auto File = object::ObjectFile::createObjectFile(Object);
  if (!File)
    return File.takeError();
  std::unique_ptr<DWARFContext> Context = DWARFContext::create(**File);
  auto Frames = Context->getEHFrame();
  if (!Frames)
    return Frames.takeError();
  for (const dwarf::FrameEntry &Entry : (*Frames)->entries()) {
    auto *Function = dyn_cast<dwarf::FDE>(&Entry);
    if (!Function || Offset < Function->getInitialLocation() ||
        Offset - Function->getInitialLocation() >= Function->getAddressRange())
      continue;
    auto Rule = ruleOf(*Function, Offset, Register);
    if (!Rule)
      return Rule.takeError();
    return std::move(*Rule);
  }
  return std::nullopt;
}

} // namespace stencilgen
