// See GuestMemory.h.
#include "prove/GuestMemory.h"
#include "llvm/ADT/STLExtras.h"
#include <cstring>
#include <sys/mman.h>

using namespace llvm;

namespace stencilgen::prove {

static uint8_t *reserve(uint64_t Size) {
  void *Memory =
      mmap(nullptr, Size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return Memory == MAP_FAILED ? nullptr : static_cast<uint8_t *>(Memory);
}

GuestMemory::GuestMemory(const GuestLayout &Layout)
    : Layout(Layout), Heap(reserve(Layout.HeapSize)), Stack(reserve(Layout.StackSize)),
      Symbols(reserve(Layout.SymbolSpacing * GuestLayout::SymbolCount)), Table(4096) {}

GuestMemory::~GuestMemory() {
  munmap(Heap, Layout.HeapSize);
  munmap(Stack, Layout.StackSize);
  munmap(Symbols, symbolsSize());
}

void GuestMemory::begin(const State &S, const std::vector<uint64_t> &Constants,
                        function_ref<uint64_t(uint64_t)> CanonicalForm) {
  Current = &S;
  Pool = &Constants;
  Canonical = CanonicalForm;
  ++Run;
  Epoch = 0;
  Visible = 0;
  Used.clear();
  Escapes.clear();
  Owns.clear();
}

void GuestMemory::addOwn(uint64_t Address, uint64_t Value) {
  Owns.push_back({Address & ~uint64_t(Layout.WordSize - 1), Value});
}

void GuestMemory::forgetOwn(uint64_t Address) {
  uint64_t WordAddress = Address & ~uint64_t(Layout.WordSize - 1);
  if (!own(WordAddress))
    return;
  Word &W = touch(WordAddress);
  Visible -= contribution(W);
  W.Written = 0;
}

const uint64_t *GuestMemory::own(uint64_t WordAddress) const {
  for (const WrittenWord &Own : Owns)
    if (Own.Address == WordAddress)
      return &Own.Value;
  return nullptr;
}

uint8_t *GuestMemory::host(uint64_t Address, unsigned Size) const {
  auto In = [&](uint64_t Start, uint64_t Length, uint8_t *Bytes) -> uint8_t * {
    return Address >= Start && Address - Start < Length && Length - (Address - Start) >= Size
               ? Bytes + (Address - Start)
               : nullptr;
  };
  if (uint8_t *At = In(Layout.Heap, Layout.HeapSize, Heap))
    return At;
  if (uint8_t *At = In(Layout.Stack, Layout.StackSize, Stack))
    return At;
  return In(Layout.Symbols, symbolsSize(), Symbols);
}

bool GuestMemory::changes(uint64_t WordAddress, uint32_t Call) const {
  if (own(WordAddress))
    return false;
  if (Current->planted({Source::Memory, Call, WordAddress}))
    return true;
  // Half of the calls change nothing. None changes the stack of the stencil's caller.
  return WordAddress - Layout.Stack >= Layout.StackSize && (mix(Current->Seed, Call, 0xca11) & 1) &&
         mix(Current->Seed ^ 0xca11, Call, WordAddress) % 8 == 0;
}

uint64_t GuestMemory::draw(Source Where) const {
  uint64_t Value = stateValue(*Current, Where, Layout, *Pool);
  // A record with a word of the stencil's own does not point to itself: a frame is not its own caller.
  auto Object = [&](uint64_t Address) { return (Address - Layout.Heap) / Layout.ObjectSize; };
  bool PointsToItself =
      Where.What == Source::Memory && Object(Where.Place) == Object(Value) &&
      llvm::any_of(Owns, [&](const WrittenWord &Own) { return Object(Own.Address) == Object(Value); });
  return PointsToItself ? Value ^ Layout.ObjectSize : Value;
}

uint64_t GuestMemory::base(uint64_t WordAddress, uint32_t &Origin) const {
  Origin = 0;
  for (uint32_t Call = Epoch; Call > 0; --Call)
    if (changes(WordAddress, Call)) {
      Origin = Call;
      break;
    }
  if (const uint64_t *Own = own(WordAddress))
    return Canonical(*Own);
  if (WordAddress == Layout.EntryStack)
    return Layout.Return; // where the architecture has it on the stack
  return draw({Source::Memory, Origin, WordAddress});
}

void GuestMemory::fillFrameWord(Word &W) const {
  const Escape *Nearest = nullptr;
  for (const Escape &E : Escapes)
    if (E.Address <= W.Address && (!Nearest || E.Address >= Nearest->Address))
      Nearest = &E;
  if (!Nearest) { // never written: of no meaning
    W.Value = isUndefinedZero(Current->Seed)
                  ? 0
                  : undefinedValue(mix(Current->Seed, W.Address), 0, Layout.WordSize);
    W.IsOwn = true;
    return;
  }
  W.IsLocal = true;
  W.Origin = Nearest->Call;
  W.Local = (uint64_t(Nearest->Argument) << 32) + (W.Address - Nearest->Address);
  W.Value = draw({Source::Local, W.Origin, W.Local});
}

void GuestMemory::grow() {
  std::vector<Word> Old = std::exchange(Table, std::vector<Word>(Table.size() * 2));
  std::vector<uint32_t> Indexes = std::exchange(Used, {});
  for (uint32_t Index : Indexes) {
    const Word &W = Old[Index];
    uint32_t I = mix(W.Address) & (Table.size() - 1);
    while (Table[I].Run == Run)
      I = (I + 1) & (Table.size() - 1);
    Table[I] = W;
    Used.push_back(I);
  }
}

const GuestMemory::Word *GuestMemory::find(uint64_t WordAddress) const {
  for (uint32_t I = mix(WordAddress) & (Table.size() - 1); Table[I].Run == Run;
       I = (I + 1) & (Table.size() - 1))
    if (Table[I].Address == WordAddress)
      return &Table[I];
  return nullptr;
}

GuestMemory::Word &GuestMemory::touch(uint64_t WordAddress) {
  uint32_t I = mix(WordAddress) & (Table.size() - 1);
  for (; Table[I].Run == Run; I = (I + 1) & (Table.size() - 1))
    if (Table[I].Address == WordAddress)
      return Table[I];
  if (Used.size() * 2 > Table.size()) {
    grow();
    return touch(WordAddress);
  }
  Word &W = Table[I];
  W = Word{.Address = WordAddress, .Run = Run};
  Used.push_back(I);
  if (const uint64_t *Own = own(WordAddress)) {
    W.Value = *Own;
    W.IsOwn = true;
  } else if (isFrame(WordAddress) && WordAddress != Layout.EntryStack) {
    fillFrameWord(W);
  } else {

    W.Value = base(WordAddress, W.Origin);
  }
  store(W);
  return W;
}

void GuestMemory::store(const Word &W) const {
  if (uint8_t *At = host(W.Address, Layout.WordSize))
    for (unsigned I = 0; I < Layout.WordSize; ++I)
      At[I] = uint8_t(W.Value >> 8 * (Layout.IsBigEndian ? Layout.WordSize - 1 - I : I));
}

uint64_t GuestMemory::contribution(const Word &W) const {
  if (isFrame(W.Address) || !W.Written)
    return 0;
  uint32_t Origin;
  uint64_t Value = Canonical(W.Value);
  return Value == base(W.Address, Origin) ? 0 : mix(W.Address, Value);
}

std::optional<Source> GuestMemory::read(uint64_t Address, unsigned Size) {
  uint64_t First = Address & ~uint64_t(Layout.WordSize - 1);
  for (uint64_t At = First; At < Address + Size; At += Layout.WordSize)
    touch(At);
  const Word &W = touch(First);
  if (W.IsOwn)
    return std::nullopt;
  if (W.IsLocal)
    return Source{Source::Local, W.Origin, W.Local};
  return Source{Source::Memory, W.Origin, First};
}

void GuestMemory::write(uint64_t Address, unsigned Size, uint64_t Value) {
  unsigned Word = Layout.WordSize;
  uint64_t First = Address & ~uint64_t(Word - 1);
  for (uint64_t At = First; At < Address + Size; At += Word) {
    auto &W = touch(At);
    Visible -= contribution(W);
    for (unsigned I = 0; I < Word; ++I) {
      if (At + I < Address || At + I >= Address + Size)
        continue;
      unsigned From = unsigned(At + I - Address), To = I; // places of the byte in memory
      uint64_t Byte = Value >> 8 * (Layout.IsBigEndian ? Size - 1 - From : From) & 0xff;
      unsigned Shift = 8 * (Layout.IsBigEndian ? Word - 1 - To : To);
      W.Value = (W.Value & ~(UINT64_C(0xff) << Shift)) | Byte << Shift;
      W.Written |= 1u << I;
    }
    W.IsOwn = true;
    W.WrittenAt = Epoch;
    Visible += contribution(W);
  }
}

void GuestMemory::call(ArrayRef<std::pair<unsigned, uint64_t>> Arguments) {
  ++Epoch;
  for (size_t I = 0; I < Used.size(); ++I) {
    Word &W = Table[Used[I]];
    if (!changes(W.Address, Epoch))
      continue;
    Visible -= contribution(W);
    W.Written = 0;
    W.IsOwn = false;
    W.Value = base(W.Address, W.Origin);
    store(W);
  }
  // A contribution depends on what a word would be by itself, which is the same as before for all other
  // words.
  for (auto [Argument, Address] : Arguments) {
    uint64_t Aligned = Address & ~uint64_t(Layout.WordSize - 1);
    Escapes.push_back({Aligned, Epoch, Argument});
    bool Leaves = mix(Current->Seed, Epoch, 0x10ca1 + Argument) % 4 == 0;
    if (Leaves || !isFrame(Aligned))
      continue;
    Word &W = touch(Aligned);
    uint64_t Value = draw({Source::Local, Epoch, uint64_t(Argument) << 32});
    uint64_t Mask = ~UINT64_C(0);
    if (Address != Aligned) // half of a word is all that can be meant
      Mask = Layout.IsBigEndian ? UINT32_MAX : Mask << 32;
    W.Value = (W.Value & ~Mask) | (Value & Mask);
    W.IsOwn = false;
    W.IsLocal = true;
    W.Origin = Epoch;
    W.Local = uint64_t(Argument) << 32;
    W.Written = 0xff;
    store(W);
  }
}

uint64_t GuestMemory::word(uint64_t Address) { return touch(Address & ~uint64_t(Layout.WordSize - 1)).Value; }

bool GuestMemory::isWritten(uint64_t Address) const {
  if (!isFrame(Address))
    return true;
  const Word *W = find(Address & ~uint64_t(Layout.WordSize - 1));
  return W && W->Written == (Layout.WordSize == 8 ? 0xff : 0xf);
}

bool GuestMemory::isOlderThanCall(uint64_t Address) const {
  const Word *W = find(Address & ~uint64_t(Layout.WordSize - 1));
  return W && Epoch && Address - Layout.Stack >= Layout.StackSize &&
         (W->IsOwn ? W->WrittenAt : W->Origin) < Epoch;
}

bool GuestMemory::isFresh(uint64_t Address) const {
  const Word *W = find(Address & ~uint64_t(Layout.WordSize - 1));
  return W && W->Written && W->IsOwn && W->WrittenAt == Epoch;
}

std::vector<WrittenWord> GuestMemory::visibleWords() const {
  std::vector<WrittenWord> Words;
  for (uint32_t Index : Used)
    if (contribution(Table[Index]))
      Words.push_back({Table[Index].Address, Canonical(Table[Index].Value)});
  llvm::sort(Words, [](const WrittenWord &A, const WrittenWord &B) { return A.Address < B.Address; });
  return Words;
}

std::vector<uint64_t> GuestMemory::touchedObjects() const {
  std::vector<uint64_t> Objects;
  for (uint32_t Index : Used)
    if (Table[Index].Address - Layout.Stack >= Layout.StackSize)
      Objects.push_back(Table[Index].Address & ~(Layout.ObjectSize - 1));
  llvm::sort(Objects);
  Objects.erase(llvm::unique(Objects), Objects.end());
  return Objects;
}

} // namespace stencilgen::prove
