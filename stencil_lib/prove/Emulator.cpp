// See Emulator.h.
#include "prove/Emulator.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cstring>
#include <sys/mman.h>
#include <unicorn/unicorn.h>

using namespace llvm;

namespace stencilgen::prove {

static constexpr uint64_t SlotsSize = GuestLayout::SlotSize * GuestLayout::SlotCount;
static constexpr size_t MaxCalls = 64, MaxInputs = 256, MaxObservations = 128, MaxPointee = 16,
                        MaxReloads = 24;

Emulator::Emulator(const GuestCpu &Cpu, const GuestLayout &Layout)
    : Cpu(Cpu), Layout(Layout), Memory(Layout) {
  for (const GuestRegister &R : Cpu.Registers)
    Ids.push_back(R.Id);
  Ids.push_back(Cpu.ProgramCounter);
  Cells.resize(Ids.size());
  for (Cell &C : Cells)
    Pointers.push_back(&C);
}

Emulator::~Emulator() {
  if (Engine)
    uc_close(Engine);
  if (Slots)
    munmap(Slots, SlotsSize);
}

Expected<std::unique_ptr<Emulator>> Emulator::create(const GuestCpu &Cpu, const GuestLayout &Layout) {
  std::unique_ptr<Emulator> Result(new Emulator(Cpu, Layout));
  if (Error E = Result->start())
    return E;
  return std::move(Result);
}

/// What has to be switched on before floating-point instructions work.
static void enableFloats(uc_engine *Engine, const GuestCpu &Cpu) {
  if (Cpu.Architecture == UC_ARCH_ARM) {
    uint32_t Access = 0xf << 20, Enable = 1u << 30; // CPACR: cp10 and cp11; FPEXC: EN
    uc_reg_write(Engine, UC_ARM_REG_C1_C0_2, &Access);
    uc_reg_write(Engine, UC_ARM_REG_FPEXC, &Enable);
  } else if (Cpu.Architecture == UC_ARCH_ARM64) {
    uint64_t Access = 3 << 20; // CPACR_EL1.FPEN
    uc_reg_write(Engine, UC_ARM64_REG_CPACR_EL1, &Access);
  } else if (Cpu.Architecture == UC_ARCH_RISCV) {
    uint64_t Status = 3 << 13; // mstatus.FS
    uc_reg_write(Engine, UC_RISCV_REG_MSTATUS, &Status);
  }
}

Error Emulator::start() {
  auto Check = [](uc_err Status) {
    return Status == UC_ERR_OK ? Error::success() : makeError(Twine("Unicorn: ") + uc_strerror(Status));
  };
  if (Error E =
          Check(uc_open(static_cast<uc_arch>(Cpu.Architecture), static_cast<uc_mode>(Cpu.Mode), &Engine)))
    return E;
  void *Mapped = mmap(nullptr, SlotsSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Mapped == MAP_FAILED || !Memory.heap() || !Memory.stack() || !Memory.symbols())
    return makeError("no memory for an emulator");
  Slots = static_cast<uint8_t *>(Mapped);
  for (unsigned Slot = 0; Slot < GuestLayout::SlotCount; ++Slot) {
    uint64_t Offset = Slot * GuestLayout::SlotSize, Data = Offset + GuestLayout::DataStart;
    if (Error E = Check(uc_mem_map_ptr(Engine, Layout.Code + Offset, GuestLayout::CodeEnd,
                                       UC_PROT_READ | UC_PROT_EXEC, Slots + Offset)))
      return E;
    if (Error E =
            Check(uc_mem_map_ptr(Engine, Layout.Code + Data, GuestLayout::SlotUse - GuestLayout::DataStart,
                                 UC_PROT_READ | UC_PROT_WRITE, Slots + Data)))
      return E;
  }
  for (auto [Address, Size, Bytes] : {std::tuple(Layout.Heap, Layout.HeapSize, Memory.heap()),
                                      {Layout.Stack, Layout.StackSize, Memory.stack()},
                                      {Layout.Symbols, Memory.symbolsSize(), Memory.symbols()}})
    if (Error E = Check(uc_mem_map_ptr(Engine, Address, Size, UC_PROT_READ | UC_PROT_WRITE, Bytes)))
      return E;
  enableFloats(Engine, Cpu);
  if (Cpu.Architecture == UC_ARCH_S390X)
    enableFloatsByCode();
  uc_hook Hook;
  uc_hook_add(Engine, &Hook, UC_HOOK_CODE, reinterpret_cast<void *>(codeHook), this, Layout.Code,
              Layout.Code + SlotsSize);
  uc_hook_add(Engine, &Hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, reinterpret_cast<void *>(accessHook), this,
              1, 0);
  uc_hook_add(Engine, &Hook, UC_HOOK_MEM_UNMAPPED | UC_HOOK_MEM_PROT, reinterpret_cast<void *>(faultHook),
              this, 1, 0);
  return Error::success();
}

/// s390x has a bit of control register 0 for them, which only an instruction sets.
void Emulator::enableFloatsByCode() {
  static constexpr uint8_t LoadControl[] = {0xeb, 0x00, 0x20, 0x00, 0x00, 0x2f}; // lctlg %c0, %c0, 0(%r2)
  static constexpr uint8_t Control[] = {0, 0, 0, 0, 0, 0x06, 0, 0xe0}; // AFP and vector registers, as reset
  uint64_t Mode = 0x180000000, From = Layout.Heap;
  std::memcpy(Slots, LoadControl, sizeof(LoadControl));
  std::memcpy(Memory.heap(), Control, sizeof(Control));
  uc_reg_write(Engine, UC_S390X_REG_PSWM, &Mode);
  uc_reg_write(Engine, UC_S390X_REG_R2, &From);
  uc_emu_start(Engine, Layout.Code, Layout.Code + sizeof(LoadControl), 0, 1);
  std::memset(Slots, 0, sizeof(LoadControl));
  uc_ctl_remove_cache(Engine, Layout.Code, Layout.Code + GuestLayout::CodeEnd);
}

void Emulator::load(const PlacedStencil &P) {
  uint64_t Base = Layout.Code + P.Slot * GuestLayout::SlotSize;
  llvm::copy(P.CodeBytes, Slots + (P.CodeAddress - Layout.Code));
  llvm::copy(P.DataBytes, Slots + (P.DataAddress - Layout.Code));
  uc_ctl_remove_cache(Engine, Base, Base + GuestLayout::CodeEnd);
}

void Emulator::readRegisters() {
  uc_reg_read_batch(Engine, Ids.data(), Pointers.data(), int(Ids.size()));
  if (Layout.WordSize == 4) // Unicorn writes 32 bits then, or 64 of floating-point registers
    for (size_t I = 0; I < Cells.size(); ++I)
      if (I >= Cpu.Registers.size() || !Cpu.Registers[I].IsFloat)
        Cells[I].Low &= UINT32_MAX;
}

void Emulator::writeRegisters() { uc_reg_write_batch(Engine, Ids.data(), Pointers.data(), int(Ids.size())); }

uint64_t Emulator::meaningless(uint64_t Hash) const {
  return isUndefinedZero(Current->Seed) ? 0 : undefinedValue(Hash, Placed->Slot, Layout.WordSize);
}

/// Registers hold what the state says; those that nothing is passed in hold something else for each stencil.
void Emulator::enter() {
  for (size_t I = 0; I < Cpu.Registers.size(); ++I) {
    bool IsPassed = Options->Passed >> I & 1;
    Source Where{Source::Register, 0, I};
    Cells[I] = {IsPassed ? Memory.draw(Where) : meaningless(mix(Current->Seed, I))};
    if (llvm::any_of(Options->Saves, [I](const SavedWord &Save) { return Save.Register == I; }))
      Cells[I].Low &= ~uint64_t(Layout.WordSize - 1); // it points to a record, no tag is in it
    if (IsPassed && I != Cpu.StackPointer && I != Cpu.FramePointer)
      Result.Inputs.push_back({Where, Cells[I].Low, Layout.WordSize, 0});
  }
  Cells[Cpu.StackPointer].Low = Layout.EntryStack;
  Cells[Cpu.FramePointer].Low = Memory.draw({Source::Register, 0, Cpu.FramePointer});
  if (Cpu.Link)
    Cells[*Cpu.Link].Low = Layout.Return;
  for (size_t I : Cpu.CalleeSaved) // for C's convention; what reads them unasked gets what others get
    if (!(Options->Passed >> I & 1))
      Cells[I].Low = mix(Current->Seed, I, 0x5a5e);
  for (const SavedWord &Save : Options->Saves) {
    uint64_t Address = Cells[Save.Register].Low + Save.Offset;
    Memory.addOwn(Address, meaningless(mix(Current->Seed, Address)));
  }
  Cells.back().Low = Placed->CodeAddress;
  for (auto [Id, Value] : Cpu.Status)
    uc_reg_write(Engine, Id, &Value);
  writeRegisters();
}

Behaviour Emulator::run(const PlacedStencil &P, const State &S, const RunOptions &RunWith) {
  Placed = &P;
  Current = &S;
  Options = &RunWith;
  Result = {};
  IsStopped = ExpectsLoad = IsDataWritten = false;
  auto Canonical = [&](uint64_t Value) { return P.canonical(Value); };
  Memory.begin(S, *RunWith.Pool, Canonical);
  enter();
  uint64_t Address = P.CodeAddress;
  do {
    uc_emu_start(Engine, Address, P.CodeEnd, 0, 0);
    readRegisters();
    Address = Cells.back().Low;
  } while (trap(Address) && (Address = Cells.back().Low, true));
  for (size_t I = 0; I < Cpu.Registers.size(); ++I)
    Result.Registers.push_back(Cells[I].Low);
  forgetSaves();
  if (IsDataWritten) // each run finds variables as they were compiled
    llvm::copy(P.DataBytes, Slots + (P.DataAddress - Layout.Code));
  Result.Memory = Memory.visible();
  Result.Objects = Memory.touchedObjects();
  if (RunWith.Detailed)
    Result.Words = Memory.visibleWords();
  return std::move(Result);
}

/// What a stencil leaves in a word of its own has no meaning where it goes on with the same register.
void Emulator::forgetSaves() {
  if (Result.How != Behaviour::Left || Result.Exit.What == Destination::Return)
    return;
  for (const SavedWord &Save : Options->Saves)
    Memory.forgetOwn(Cells[Save.Register].Low + Save.Offset);
}

/// The guest stopped at \p Address: outside of the code, where calls and exits lead. True: it goes on.
bool Emulator::trap(uint64_t Address) {
  if (IsStopped) {
    Result.How = Behaviour::Endless;
    return false;
  }
  uint64_t Code = Placed->CodeAddress;
  if (Result.Path.empty() || (Address >= Code && Address < Placed->CodeEnd)) {
    // A stencil without code goes straight on.
    Result.How = Result.Path.empty() && Address == Placed->CodeEnd ? Behaviour::Left : Behaviour::Fault;
    Result.Exit = {Destination::Continue};
    return false;
  }
  const CodeLine &Line = Placed->Code->Decoded.Lines[Result.Path.back()];
  uint64_t Behind = Code + Line.Offset + Line.Size;
  uint64_t Back = Cpu.Link ? Cells[*Cpu.Link].Low : Memory.word(Cells[Cpu.StackPointer].Low);
  Destination Target = Placed->destinationOf(Address);
  bool IsCall = Back == Behind && Line.Control != Flow::Next && Line.Control != Flow::Branch;
  // A computed jump to what happens to be a function's address is the way to other code.
  if (IsCall || (Target.What == Destination::Symbol && !Line.Callee.empty()))
    return call(Address, Line, !IsCall);
  Result.How = Behaviour::Left;
  Result.Exit = Target;
  return false;
}

/// Records a call and returns from it. True: the guest goes on.
bool Emulator::call(uint64_t Address, const CodeLine &Line, bool IsTail) {
  CallEvent &Event = Result.Calls.emplace_back();
  Event.Target = Placed->destinationOf(Address);
  Event.Line = Result.Path.back();
  for (size_t I = 0; I < Cpu.Registers.size(); ++I)
    Event.Registers.push_back(Cells[I].Low);
  Event.Memory = Memory.visible();
  if (Options->Detailed)
    Event.Words = Memory.visibleWords();
  uint64_t Stack = Cells[Cpu.StackPointer].Low;
  uint64_t Arguments = Stack + (Cpu.Link ? 0 : Layout.WordSize) + Cpu.StackArguments;
  auto Written = [&](uint64_t From) {
    std::vector<FrameWord> Words;
    for (; Words.size() < MaxPointee && Memory.isFrame(From) && Memory.isWritten(From) &&
           !isUndefined(Memory.word(From), Layout.WordSize);
         From += Layout.WordSize)
      Words.push_back({Placed->canonical(Memory.word(From)), Memory.isFresh(From)});
    return Words;
  };
  Event.StackStart = Arguments;
  Event.Stack = Written(Arguments);
  std::vector<std::pair<unsigned, uint64_t>> InFrame;
  auto Point = [&](unsigned Number, uint64_t Value) {
    if (!Memory.isFrame(Value) || Value < Stack)
      return;
    Event.Pointees.push_back({Number, Written(Value)});
    InFrame.push_back({Number, Value});
  };
  for (auto [Number, Index] : enumerate(Cpu.Arguments))
    Point(Number, Cells[Index].Low);
  if (Cpu.ArgumentsOnStack)
    for (unsigned I = 0; I < Event.Stack.size(); ++I)
      Point(I, Memory.word(Arguments + I * Layout.WordSize));
  bool Returns = Event.Target.What != Destination::Symbol || !(*Options->NoReturn)[Event.Target.Index];
  if (!Returns || Result.Calls.size() >= MaxCalls) {
    Result.How = Returns ? Behaviour::Endless : Behaviour::NoReturn;
    return false;
  }
  Memory.call(InFrame);
  returnFrom(Event.Target);
  if (!Cpu.Link)
    Cells[Cpu.StackPointer].Low += Layout.WordSize;
  if (IsTail) {
    Result.How = Behaviour::Left;
    Result.Exit = {Destination::Return};
    return false;
  }
  Cells.back().Low = Placed->CodeAddress + Line.Offset + Line.Size;
  writeRegisters();
  return true;
}

/// Registers as a function leaves them. Other stencils keep nothing but stack and frame pointer.
void Emulator::returnFrom(const Destination &Target) {
  bool IsStencil = Target.What == Destination::Continue || Target.What == Destination::Exit;
  auto Clobber = [&](unsigned Index) {
    Cells[Index] = {meaningless(mix(Current->Seed, Memory.epoch(), Index))};
  };
  for (unsigned Index : Cpu.CallerSaved)
    Clobber(Index);
  if (IsStencil)
    for (unsigned Index : Cpu.CalleeSaved)
      Clobber(Index);
  for (unsigned Index : Cpu.Results) {
    Source Where{Source::Result, Memory.epoch(), Index};
    Cells[Index] = {Memory.draw(Where)};
    if (Result.Inputs.size() < MaxInputs)
      Result.Inputs.push_back({Where, Cells[Index].Low, Layout.WordSize, 0});
  }
}

void Emulator::observe(size_t Line) {
  const CodeFacts &Facts = Placed->Code->Facts[Line];
  if (!Facts.IsCompare || Result.Observations.size() >= MaxObservations)
    return;
  Observation &Seen = Result.Observations.emplace_back();
  Seen.Line = Line;
  Seen.Constants = Facts.Constants;
  Seen.InputsBefore = Result.Inputs.size();
  for (const RegisterPart &Part : Facts.Operands) {
    Cell C;
    uc_reg_read(Engine, Cpu.Registers[Part.Index].Id, &C);
    if (Layout.WordSize == 4 && !Cpu.Registers[Part.Index].IsFloat)
      C.Low &= UINT32_MAX;
    Seen.Values.push_back({C.Low, Part.Bits, Part.Shift, std::nullopt});
  }
  ExpectsLoad = Facts.ReadsMemory;
}

void Emulator::onInstruction(uint64_t Address) {
  uint64_t Offset = Address - Placed->CodeAddress;
  int32_t Line = Offset < Placed->Code->size() ? Placed->Code->LineAt[Offset] : -1;
  if (Line < 0 || Result.Path.size() >= Options->MaxInstructions) {
    IsStopped = Line >= 0;
    uc_emu_stop(Engine);
    return;
  }
  ExpectsLoad = false;
  Result.Path.push_back(uint16_t(Line));
  observe(Line);
}

void Emulator::onAccess(bool IsWrite, uint64_t Address, unsigned Size, uint64_t Value) {
  if (!Memory.isMapped(Address, Size)) {
    IsDataWritten |= IsWrite;
    if (!IsWrite && ExpectsLoad)
      observeConstant(Address, Size);
    return;
  }
  if (IsWrite) {
    Memory.write(Address, Size, Value);
    return;
  }
  std::optional<Source> Where = Memory.read(Address, Size);
  markReread(Address);
  if (Result.Reloads.size() < MaxReloads && Memory.isOlderThanCall(Address)) {
    Source Reload{Source::Memory, Memory.epoch(), Address & ~uint64_t(Layout.WordSize - 1)};
    if (!llvm::is_contained(Result.Reloads, Reload))
      Result.Reloads.push_back(Reload);
  }
  unsigned Byte = Address & (Layout.WordSize - 1);
  if (!Where || Byte + Size > Layout.WordSize)
    return;
  uint64_t Word = Memory.word(Address);
  unsigned Shift = 8 * (Layout.IsBigEndian ? Layout.WordSize - Byte - Size : Byte);
  uint64_t Loaded = Word >> Shift & (Size >= 8 ? ~UINT64_C(0) : (UINT64_C(1) << 8 * Size) - 1);
  if (Result.Inputs.size() < MaxInputs)
    Result.Inputs.push_back({*Where, Loaded, Size, Shift / 8});
  if (ExpectsLoad) {
    ExpectsLoad = false;
    Result.Observations.back().Values.push_back({Loaded, Size * 8, 0, Where, Shift / 8});
  }
}

/// A comparison with the stencil's own data.
void Emulator::observeConstant(uint64_t Address, unsigned Size) {
  ExpectsLoad = false;
  uint64_t Offset = Address - Layout.Code, Value = 0;
  if (Size > 8 || Offset >= SlotsSize - 8)
    return;
  for (unsigned I = 0; I < Size; ++I)
    Value |= uint64_t(Slots[Offset + I]) << 8 * (Layout.IsBigEndian ? Size - 1 - I : I);
  Result.Observations.back().Values.push_back({Value, Size * 8, 0, std::nullopt});
}

/// A word at the stack pointer of a call that the stencil reads itself was no argument.
void Emulator::markReread(uint64_t Address) {
  for (CallEvent &Event : Result.Calls) {
    uint64_t Word = (Address - Event.StackStart) / Layout.WordSize;
    if (Address >= Event.StackStart && Word < Event.Stack.size())
      Event.Stack[Word].IsReread = true;
  }
}

void Emulator::codeHook(uc_struct *, uint64_t Address, uint32_t, void *This) {
  static_cast<Emulator *>(This)->onInstruction(Address);
}

void Emulator::accessHook(uc_struct *, int Type, uint64_t Address, int Size, int64_t Value, void *This) {
  static_cast<Emulator *>(This)->onAccess(Type == UC_MEM_WRITE, Address, unsigned(Size), uint64_t(Value));
}

bool Emulator::faultHook(uc_struct *, int, uint64_t Address, int, int64_t, void *This) {
  static_cast<Emulator *>(This)->Result.FaultAddress = Address;
  return false;
}

} // namespace stencilgen::prove
