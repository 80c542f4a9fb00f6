// One processor of Unicorn: runs a placed stencil from a state and tells what it did.
#ifndef STENCILGEN_PROVE_EMULATOR_H
#define STENCILGEN_PROVE_EMULATOR_H

#include "prove/GuestMemory.h"
#include "prove/Placement.h"
#include <memory>

struct uc_struct;

namespace stencilgen::prove {

/// A value that an instruction compares, or that a load brought.
struct ComparedValue {
  uint64_t Value;               ///< of the whole register, or as it was loaded
  unsigned Bits, Shift;         ///< which part of it is compared
  std::optional<Source> Loaded; ///< where the instruction itself reads it from memory
  unsigned Byte = 0;            ///< likewise: from which byte of the word on
};

/// A comparison that was made.
struct Observation {
  size_t Line;
  llvm::SmallVector<ComparedValue, 3> Values;
  llvm::SmallVector<uint64_t, 2> Constants;
  size_t InputsBefore = 0; ///< how many of Behaviour::Inputs had been read
};

/// A value that came from outside.
struct Input {
  Source Where;
  uint64_t Value; ///< as it was read
  unsigned Size, Byte;
};

/// A word of a stencil's frame that a call can see.
struct FrameWord {
  uint64_t Value;
  bool IsFresh;          ///< written since the call before
  bool IsReread = false; ///< the stencil reads it after the call
};

struct CallEvent {
  Destination Target;
  size_t Line; ///< of the call
  std::vector<uint64_t> Registers;
  uint64_t Memory;              ///< GuestMemory::visible
  uint64_t StackStart = 0;      ///< where arguments on the stack begin
  std::vector<FrameWord> Stack; ///< words from the stack pointer on that were written
  /// For each argument register that points into the frame: words from there on that were written.
  std::vector<std::pair<unsigned, std::vector<FrameWord>>> Pointees;
  std::vector<WrittenWord> Words; ///< with RunOptions::Detailed
};

/// What an interpreter can see of a run.
struct Behaviour {
  enum Ending : uint8_t {
    Left,    ///< by Exit
    Fault,   ///< memory that there is not, or bytes that are no instruction
    Endless, ///< more instructions than are run
    NoReturn ///< by a call that does not return
  } How;
  Destination Exit;
  std::vector<CallEvent> Calls;
  std::vector<uint64_t> Registers; ///< at the end
  uint64_t Memory = 0;
  std::vector<uint64_t> Objects;  ///< that were touched
  std::vector<WrittenWord> Words; ///< with RunOptions::Detailed
  std::vector<uint16_t> Path;     ///< lines in the order they were executed
  std::vector<Observation> Observations;
  std::vector<Input> Inputs;
  std::vector<Source> Reloads; ///< words that were read and that the call before could have changed
  uint64_t FaultAddress = 0;
};

/// A word of memory that belongs to the stencil that runs (SaveSlot).
struct SavedWord {
  unsigned Register; ///< by its index: its address on entry counts
  uint64_t Offset;
};

struct RunOptions {
  const std::vector<uint64_t> *Pool;
  RegisterSet Passed = 0;            ///< registers that hold something on entry
  const std::vector<bool> *NoReturn; ///< by the symbol's number
  std::vector<SavedWord> Saves = {};
  bool Detailed = false;
  size_t MaxInstructions = 4000;
};

class Emulator {
public:
  /// Errors: Unicorn cannot be started.
  static llvm::Expected<std::unique_ptr<Emulator>> create(const GuestCpu &Cpu, const GuestLayout &Layout);
  ~Emulator();

  /// Copies a stencil to its slot.
  void load(const PlacedStencil &Placed);

  /// Runs a stencil that was loaded.
  Behaviour run(const PlacedStencil &Placed, const State &S, const RunOptions &Options);

private:
  Emulator(const GuestCpu &Cpu, const GuestLayout &Layout);
  llvm::Error start();
  void enableFloatsByCode();
  void readRegisters();
  void writeRegisters();
  uint64_t meaningless(uint64_t Hash) const;
  void enter();
  void forgetSaves();
  bool trap(uint64_t Address);
  bool call(uint64_t Address, const CodeLine &Line, bool IsTail);
  void returnFrom(const Destination &Target);
  void onInstruction(uint64_t Address);
  void onAccess(bool IsWrite, uint64_t Address, unsigned Size, uint64_t Value);
  void observe(size_t Line);
  void observeConstant(uint64_t Address, unsigned Size);
  void markReread(uint64_t Address);
  static void codeHook(uc_struct *, uint64_t Address, uint32_t, void *This);
  static void accessHook(uc_struct *, int Type, uint64_t Address, int Size, int64_t Value, void *This);
  static bool faultHook(uc_struct *, int Type, uint64_t Address, int Size, int64_t Value, void *This);

  const GuestCpu &Cpu;
  const GuestLayout Layout;
  GuestMemory Memory;
  uc_struct *Engine = nullptr;
  uint8_t *Slots = nullptr; ///< the host's copy of all slots

  struct Cell {
    uint64_t Low = 0, High = 0;
  };
  std::vector<int> Ids; ///< of Registers and then the program counter
  std::vector<Cell> Cells;
  std::vector<void *> Pointers;

  // Of the run that is under way.
  const PlacedStencil *Placed = nullptr;
  const State *Current = nullptr;
  const RunOptions *Options = nullptr;
  Behaviour Result;
  bool IsStopped = false, ExpectsLoad = false, IsDataWritten = false;
};

} // namespace stencilgen::prove

#endif
