// See sg_manifest.h; docs/manifest.md describes the document.
#include "fixups.h"
#include "nlohmann/json.hpp"
#include "sg_manifest.h"
#include "sources.h"
#include <algorithm>
#include <map>
#include <stdexcept>

namespace stencilgen {

namespace {

using Json = nlohmann::json;

constexpr size_t MaxSources = size_t{SG_MAX_VALUES} - size_t{SG_VALUE_FIRST_OWN};

/// What leaves the loader as a message.
struct Refused : std::runtime_error {
  Refused(const std::string &Where, const std::string &What)
      : std::runtime_error((Where.empty() ? "" : Where + ": ") + What) {}
};

const Json &member(const Json &Object, const char *Key, const std::string &Where) {
  if (!Object.is_object())
    throw Refused(Where, "expected an object");
  auto Found = Object.find(Key);
  if (Found == Object.end())
    throw Refused(Where, std::string("expected a member '") + Key + "'");
  return *Found;
}

const std::string &string(const Json &Object, const char *Key, const std::string &Where) {
  const Json &Value = member(Object, Key, Where);
  if (!Value.is_string())
    throw Refused(Where + "/" + Key, "expected a string");
  return Value.get_ref<const std::string &>();
}

uint64_t number(const Json &Object, const char *Key, uint64_t Max, const std::string &Where) {
  const Json &Value = member(Object, Key, Where);
  if (!Value.is_number_unsigned() || Value.get<uint64_t>() > Max)
    throw Refused(Where + "/" + Key, "expected a whole number of 0 to " + std::to_string(Max));
  return Value.get<uint64_t>();
}

const Json &array(const Json &Object, const char *Key, const std::string &Where) {
  const Json &Value = member(Object, Key, Where);
  if (!Value.is_array())
    throw Refused(Where + "/" + Key, "expected an array");
  return Value;
}

std::vector<uint8_t> bytes(const Json &Object, const std::string &Where) {
  const std::string &Digits = string(Object, "bytes", Where);
  auto Digit = [&](char C) -> unsigned {
    if (C >= '0' && C <= '9')
      return static_cast<unsigned>(C - '0');
    if (C >= 'a' && C <= 'f')
      return static_cast<unsigned>(C - 'a' + 10);
    if (C >= 'A' && C <= 'F')
      return static_cast<unsigned>(C - 'A' + 10);
    throw Refused(Where + "/bytes", "expected hexadecimal digits");
  };
  if (Digits.size() % 2 != 0)
    throw Refused(Where + "/bytes", "expected pairs of hexadecimal digits");
  if (Digits.size() / 2 > 0xffff)
    throw Refused(Where + "/bytes", "expected at most 65535 bytes");
  std::vector<uint8_t> Result;
  for (size_t I = 0; I < Digits.size(); I += 2)
    Result.push_back(static_cast<uint8_t>(Digit(Digits[I]) << 4 | Digit(Digits[I + 1])));
  return Result;
}

sg_source source(const std::string &Expression, const std::string &Where) {
  sg_source Result;
  if (!sg_source_parse(Expression.c_str(), &Result) || Expression.find('\0') != std::string::npos)
    throw Refused(Where, "expected " SG_SOURCE_FORM ", found '" + Expression + "'");
  return Result;
}

int8_t count(const Json &Object, const char *Key, const std::string &Where) {
  const Json &Items = array(Object, Key, Where);
  for (const Json &Item : Items) {
    if (!Item.is_string())
      throw Refused(Where + "/" + Key, "expected strings");
    const std::string &Text = Item.get_ref<const std::string &>();
    if (Text.find('[') != std::string::npos || Text.find(" if ") != std::string::npos)
      return SG_VARIES;
  }
  return static_cast<int8_t>(Items.size() > 127 ? int{SG_VARIES} : static_cast<int>(Items.size()));
}

uint8_t architecture(const std::string &Triple) {
  std::string Arch = Triple.substr(0, Triple.find('-'));
  return Arch == "x86_64"                       ? SG_ARCH_X86_64
         : Arch == "aarch64" || Arch == "arm64" ? SG_ARCH_AARCH64
                                                : SG_ARCH_OTHER;
}

} // namespace

/// Fills a LoadedTables.
class ManifestLoader {
public:
  ManifestLoader(const Json &Root, LoadedTables &Result) : Root(Root), Result(Result) {}

  void load() {
    if (number(Root, "manifest", UINT32_MAX, "") != 1)
      throw Refused("/manifest", "expected version 1");
    const Json &Header = member(Root, "header", "");
    if (!Header.is_object() || Header.value("dialect", Json()) != "tables")
      throw Refused("/header", "expected a manifest of the dialect 'tables'");
    readValues(Header);
    for (const Json &Symbol : array(Root, "symbols", "")) {
      if (!Symbol.is_string())
        throw Refused("/symbols", "expected strings");
      Result.Symbols.push_back(Symbol.get<std::string>());
      Result.SymbolNames.push_back(text(Result.Symbols.back()));
    }
    if (Result.Symbols.size() >= 0xffff)
      throw Refused("/symbols", "expected at most 65534");
    size_t Index = 0;
    for (const Json &Group : array(Root, "stencils", "")) {
      std::string Where = "/stencils/" + std::to_string(Index++);
      readGroup(Group, string(Group, "name", Where), Where, /*IsShim=*/false);
    }
    bool HasShim = Root.contains("shim");
    if (HasShim)
      readGroup(Root["shim"], "shim", "/shim", /*IsShim=*/true);
    if (Result.Stencils.empty() || Result.Stencils.size() >= 0xffff)
      throw Refused("/stencils", "expected 1 to 65534 stencils");
    finish(HasShim, number(Header, "codeAlignment", 64, "/header"));
  }

private:
  uint32_t text(const std::string &Name) {
    if (Name.find('\0') != std::string::npos)
      throw Refused("", "a name with a zero byte");
    auto [Place, IsNew] = TextPlaces.try_emplace(Name, static_cast<uint32_t>(Result.Text.size()));
    if (IsNew)
      Result.Text.append(Name.c_str(), Name.size() + 1);
    return Place->second;
  }

  void readValues(const Json &Header) {
    Values = {{"CODE", SG_VALUE_CODE}, {"DATA", SG_VALUE_DATA}};
    Values[string(Header, "continue", "/header")] = SG_VALUE_CONTINUE;
    const Json &Expressions = member(Header, "expressions", "/header");
    if (!Expressions.is_object())
      throw Refused("/header/expressions", "expected an object");
    for (const auto &[Name, Expression] : Expressions.items()) {
      if (Values.count(Name))
        continue;
      std::string Where = "/header/expressions/" + Name;
      if (!Expression.is_string())
        throw Refused(Where, "expected a string");
      if (Result.Sources.size() == MaxSources)
        throw Refused("/header/expressions", "too many hole values");
      Values[Name] = static_cast<uint8_t>(SG_VALUE_FIRST_OWN + Result.Sources.size());
      Result.Sources.push_back(source(Expression.get<std::string>(), Where));
    }
  }

  void readHoles(const Json &Stencil, size_t Size, const std::string &Where) {
    uint64_t End = 0;
    size_t Index = 0;
    for (const Json &Entry : array(Stencil, "holes", Where)) {
      std::string Place = Where + "/holes/" + std::to_string(Index++);
      sg_hole Hole = {};
      uint64_t Offset = number(Entry, "offset", 0xffff, Place);
      sg_fixup_kind Kind = sg_fixup_kind_from_name(string(Entry, "kind", Place).c_str());
      sg_fixup_info Info;
      if (sg_fixup_kind_info(Kind, &Info) != SG_OK)
        throw Refused(Place + "/kind", "expected a fixup kind, found '" + string(Entry, "kind", Place) + "'");
      if (Offset + Info.width > Size)
        throw Refused(Place, "lies outside the " + std::to_string(Size) + " bytes of its stencil");
      if (Offset < End)
        throw Refused(Place, "overlaps the hole before it, or is out of order");
      End = Offset + Info.width;
      Hole.offset = static_cast<uint16_t>(Offset);
      Hole.kind = static_cast<uint8_t>(Kind);
      Hole.symbol = SG_NO_SYMBOL;
      if (Entry.contains("value")) {
        auto Value = Values.find(string(Entry, "value", Place));
        if (Value == Values.end())
          throw Refused(Place + "/value",
                        "expected a hole value, found '" + string(Entry, "value", Place) + "'");
        Hole.value = Value->second;
      }
      if (Entry.contains("symbol")) {
        const std::string &Name = string(Entry, "symbol", Place);
        auto Symbol = std::find(Result.Symbols.begin(), Result.Symbols.end(), Name);
        if (Symbol == Result.Symbols.end())
          throw Refused(Place + "/symbol", "expected one of the manifest's symbols, found '" + Name + "'");
        Hole.symbol = static_cast<uint16_t>(Symbol - Result.Symbols.begin());
      }
      const Json &Addend = member(Entry, "addend", Place);
      if (!Addend.is_number_integer() || (Addend.is_number_unsigned() && Addend.get<uint64_t>() > INT64_MAX))
        throw Refused(Place + "/addend", "expected a whole number of 64 bits");
      auto [Number, IsNew] = AddendNumbers.try_emplace(Addend.get<int64_t>(), Result.Addends.size());
      if (IsNew)
        Result.Addends.push_back(Addend.get<int64_t>());
      if (Result.Addends.size() > 0xffff)
        throw Refused(Place, "more than 65535 different addends");
      Hole.addend = static_cast<uint16_t>(Number->second);
      Result.Holes.push_back(Hole);
    }
  }

  void readGroup(const Json &Group, const std::string &Name, const std::string &Where, bool IsShim) {
    const Json &Code = member(Group, "code", Where), &Data = member(Group, "data", Where);
    std::vector<uint8_t> CodeBytes = bytes(Code, Where + "/code"), DataBytes = bytes(Data, Where + "/data");
    if (CodeBytes.size() + DataBytes.size() > UINT32_MAX / 2 - Result.Bytes.size())
      throw Refused(Where, "more bytes than the tables hold");
    sg_stencil S = {};
    S.code = static_cast<uint32_t>(Result.Bytes.size());
    Result.Bytes.insert(Result.Bytes.end(), CodeBytes.begin(), CodeBytes.end());
    S.data = static_cast<uint32_t>(Result.Bytes.size());
    Result.Bytes.insert(Result.Bytes.end(), DataBytes.begin(), DataBytes.end());
    S.code_size = static_cast<uint16_t>(CodeBytes.size());
    S.data_size = static_cast<uint16_t>(DataBytes.size());
    S.first_hole = static_cast<uint32_t>(Result.Holes.size());
    readHoles(Code, CodeBytes.size(), Where + "/code");
    S.code_holes = static_cast<uint16_t>(Result.Holes.size() - S.first_hole);
    readHoles(Data, DataBytes.size(), Where + "/data");
    S.data_holes = static_cast<uint16_t>(Result.Holes.size() - S.first_hole - S.code_holes);

    sg_stencil_info Info = {};
    std::string Uop = Name;
    if (Group.contains("ends")) {
      if (!Group["ends"].is_boolean())
        throw Refused(Where + "/ends", "expected true or false");
      Info.ends = Group["ends"].get<bool>();
    }
    if (!IsShim && Group.contains("uop")) {
      const Json &Facts = Group["uop"];
      Uop = string(Facts, "name", Where + "/uop");
      Info.pops = count(Facts, "inputs", Where + "/uop");
      Info.pushes = count(Facts, "outputs", Where + "/uop");
      if (Facts.contains("cachedIn"))
        Info.cached_in = static_cast<uint8_t>(number(Facts, "cachedIn", 15, Where + "/uop"));
      if (Facts.contains("cachedOut"))
        Info.cached_out = static_cast<uint8_t>(number(Facts, "cachedOut", 15, Where + "/uop"));
    }
    auto [Number, IsNew] = UopNumbers.try_emplace(Uop, static_cast<uint16_t>(UopNumbers.size()));
    if (IsNew)
      Result.UopNames.push_back(text(Uop));
    Info.uop = Number->second;
    Result.Info.push_back(Info);
    Result.Stencils.push_back(S);
    Result.StencilNames.push_back(text(Name));
    Result.Names.push_back(Name);
  }

  void finish(bool HasShim, uint64_t Alignment) {
    unsigned Depths = 1;
    for (const sg_stencil_info &Info : Result.Info)
      Depths = std::max(Depths, Info.cached_in + 1u);
    Result.Variants.assign(UopNumbers.size() * Depths, SG_NO_STENCIL);
    for (size_t I = 0; I < Result.Info.size(); ++I) {
      uint16_t &Variant = Result.Variants[Result.Info[I].uop * Depths + Result.Info[I].cached_in];
      if (Variant == SG_NO_STENCIL)
        Variant = static_cast<uint16_t>(I);
    }
    sg_tables &T = Result.Tables;
    T.version = SG_TABLES_VERSION;
    T.fixup_kinds = SG_FIXUP_KIND_COUNT;
    T.arch = architecture(string(member(Root, "target", ""), "triple", "/target"));
    T.code_alignment = static_cast<uint8_t>(Alignment);
    T.depths = static_cast<uint8_t>(Depths);
    T.source_count = static_cast<uint8_t>(Result.Sources.size());
    T.shim = HasShim ? static_cast<uint16_t>(Result.Stencils.size() - 1) : uint16_t(SG_NO_STENCIL);
    T.stencil_count = static_cast<uint16_t>(Result.Stencils.size());
    T.uop_count = static_cast<uint16_t>(UopNumbers.size());
    T.symbol_count = static_cast<uint16_t>(Result.Symbols.size());
    T.addend_count = static_cast<uint16_t>(Result.Addends.size());
    T.hole_count = static_cast<uint32_t>(Result.Holes.size());
    T.byte_count = static_cast<uint32_t>(Result.Bytes.size());
    T.bytes = Result.Bytes.data();
    T.stencils = Result.Stencils.data();
    T.holes = Result.Holes.data();
    T.addends = Result.Addends.data();
    T.sources = Result.Sources.data();
    T.info = Result.Info.data();
    T.variants = Result.Variants.data();
    T.stencil_names = Result.StencilNames.data();
    T.uop_names = Result.UopNames.data();
    T.symbol_names = Result.SymbolNames.data();
    T.text = Result.Text.data();
    T.text_size = static_cast<uint32_t>(Result.Text.size());
  }

  const Json &Root;
  LoadedTables &Result;
  std::map<std::string, uint8_t> Values;
  std::map<std::string, uint32_t> TextPlaces;
  std::map<std::string, uint16_t> UopNumbers;
  std::map<int64_t, size_t> AddendNumbers;
};

std::unique_ptr<LoadedTables> LoadedTables::load(std::string_view Manifest, std::string &Error) {
  std::unique_ptr<LoadedTables> Result(new LoadedTables);
  try {
    Json Root = Json::parse(Manifest);
    ManifestLoader(Root, *Result).load();
  } catch (const Refused &E) {
    Error = E.what();
    return nullptr;
  } catch (const Json::exception &E) {
    Error = E.what();
    return nullptr;
  }
  return Result;
}

uint16_t LoadedTables::stencil(std::string_view Name) const {
  auto Found = std::find(Names.begin(), Names.end(), Name);
  return Found == Names.end() ? uint16_t(SG_NO_STENCIL) : static_cast<uint16_t>(Found - Names.begin());
}

} // namespace stencilgen
