// The guest's memory: it has contents when it is touched, the same for all stencils that start from the same
// state.
//
// A word's content is a hash of its address and the state's seed, or what the state plants there. A call may
// change words: whether it does, and to what, is a hash as well, so that it does not matter which words a
// stencil looked at before. The stencil's own frame is apart: nobody else sees it, but for what pointers into
// it lead calls to.
#ifndef STENCILGEN_PROVE_GUESTMEMORY_H
#define STENCILGEN_PROVE_GUESTMEMORY_H

#include "prove/State.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace stencilgen::prove {

/// A word that differs from what the state and the calls left there.
struct WrittenWord {
  uint64_t Address, Value;
  bool operator==(const WrittenWord &) const = default;
};

class GuestMemory {
public:
  GuestMemory(const GuestLayout &Layout);
  ~GuestMemory();
  GuestMemory(const GuestMemory &) = delete;
  GuestMemory &operator=(const GuestMemory &) = delete;

  /// The host's copy of a region, for Unicorn to map.
  uint8_t *heap() const { return Heap; }
  uint8_t *stack() const { return Stack; }
  uint8_t *symbols() const { return Symbols; }
  uint64_t symbolsSize() const { return Layout.SymbolSpacing * GuestLayout::SymbolCount; }

  /// Forgets everything and starts from \p S.
  /// \param Pool       constants that values are drawn from now and then
  /// \param Canonical  a value as the other stencil would have it, too: no address of this stencil's own
  void begin(const State &S, const std::vector<uint64_t> &Pool,
             llvm::function_ref<uint64_t(uint64_t)> Canonical);

  /// The word at \p Address belongs to the stencil: it holds \p Value, of no meaning, when the stencil
  /// starts, and calls do not change it.
  void addOwn(uint64_t Address, uint64_t Value);
  /// What the stencil wrote to the word at \p Address is not visible any more, if it is one of its own.
  void forgetOwn(uint64_t Address);

  /// To be told before the guest reads: fills what it has not touched before. The source of the first word
  /// where it is not the stencil's own work.
  std::optional<Source> read(uint64_t Address, unsigned Size);

  /// To be told before the guest writes.
  void write(uint64_t Address, unsigned Size, uint64_t Value);

  /// A call returns: it has left other words in memory, and where its arguments point into the stencil's
  /// frame.
  /// \param Arguments  the addresses in the frame, by the argument's number
  void call(llvm::ArrayRef<std::pair<unsigned, uint64_t>> Arguments);

  /// The word at \p Address as the guest would read it, which touches it.
  uint64_t word(uint64_t Address);

  /// Whether the stencil wrote all of the word at \p Address in its own frame; of words outside true.
  bool isWritten(uint64_t Address) const;

  /// Whether the word at \p Address, outside of the frame, has a value from before the last call.
  bool isOlderThanCall(uint64_t Address) const;

  /// Whether the stencil wrote to the word at \p Address since the call before.
  bool isFresh(uint64_t Address) const;

  bool isFrame(uint64_t Address) const { return Address >= Layout.Stack && Address < Layout.FrameEnd; }

  /// True where the guest has memory.
  bool isMapped(uint64_t Address, unsigned Size) const { return host(Address, Size) != nullptr; }

  /// A hash of all words outside of the frame that the stencil changed.
  uint64_t visible() const { return Visible; }
  /// The same words, by address.
  std::vector<WrittenWord> visibleWords() const;

  /// The objects that were touched outside of the stack, sorted.
  std::vector<uint64_t> touchedObjects() const;

  uint32_t epoch() const { return Epoch; }

  /// A value of the state that is not memory's.
  uint64_t draw(Source Where) const;

private:
  struct Word {
    uint64_t Address = 0, Value = 0;
    uint32_t Run = 0;       ///< in use where it is that of the memory
    uint32_t Origin = 0;    ///< the call that left the value, 0: there from the start
    uint8_t Written = 0;    ///< bytes that the stencil wrote, a bit each
    bool IsOwn = false;     ///< the value is the stencil's work
    uint32_t WrittenAt = 0; ///< likewise: how many calls there were before
    uint64_t Local = 0;     ///< of the frame: Source::Place where a call left the value
    bool IsLocal = false;
  };

  uint8_t *host(uint64_t Address, unsigned Size) const;
  Word &touch(uint64_t WordAddress);
  const Word *find(uint64_t WordAddress) const;
  void grow();
  void store(const Word &W) const;
  uint64_t contribution(const Word &W) const;
  uint64_t base(uint64_t WordAddress, uint32_t &Origin) const;
  bool changes(uint64_t WordAddress, uint32_t Call) const;
  void fillFrameWord(Word &W) const;
  const uint64_t *own(uint64_t WordAddress) const;

  GuestLayout Layout;
  uint8_t *Heap, *Stack, *Symbols;
  const State *Current = nullptr;
  const std::vector<uint64_t> *Pool = nullptr;
  llvm::function_ref<uint64_t(uint64_t)> Canonical = nullptr;
  std::vector<Word> Table;
  std::vector<uint32_t> Used; ///< indexes into Table
  uint32_t Run = 0, Epoch = 0;
  uint64_t Visible = 0;
  llvm::SmallVector<WrittenWord, 2> Owns; ///< words of the stencil's own, and what they hold at first
  /// Pointers into the frame that calls were given.
  struct Escape {
    uint64_t Address;
    uint32_t Call;
    unsigned Argument;
  };
  llvm::SmallVector<Escape, 8> Escapes;
};

} // namespace stencilgen::prove

#endif
