// Reads the "lowering" part of profiles.
#include "interpreters/LoweringProfile.h"
#include "interpreters/EmbeddedProfiles.h"
#include "interpreters/ProfileText.h"
#include "nlohmann/json.hpp"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace stencilgen {

namespace {

/// The pieces of text that generated code of every tier is made of; docs/dsl.md says where each goes.
constexpr StringLiteral TextKeys[] = {"item",       "array",          "load",  "store",         "loadTyped",
                                      "storeTyped", "null",           "close", "spill",         "reload",
                                      "slot",       "slotAddress",    "label", "closeNullable", "bounds",
                                      "adjust",     "instructionSize"};

/// Those of tier 2, which a profile may do without.
constexpr StringLiteral Tier2Keys[] = {"oparg",       "constOparg",    "operand",       "miss",
                                       "exit",        "error",         "end",           "checkCached",
                                       "setCached",   "cacheRegister", "cacheLocal",    "cacheEmpty",
                                       "cacheBounds", "decref",        "decrefNullable"};

/// Those of tier 1, which a profile may do without.
constexpr StringLiteral Tier1Keys[] = {"result", "parameters", "arguments", "fetch",
                                       "begin",  "again",      "unknown",   "readCache"};

/// Those that follow the stack pointer in the frame, which a profile may do without.
constexpr StringLiteral FrameKeys[] = {"saved", "valid", "invalid", "reloadUnsaved"};

/// An object whose members are taken one by one; what is left at the end is unknown.
class ObjectReader {
public:
  ObjectReader(const Json &Value, std::string Path, std::string &Error)
      : Value(Value), Path(std::move(Path)), Error(Error) {
    if (!Value.is_object())
      fail("", "an object");
  }
  /// Reports what was not asked for.
  ~ObjectReader() {
    if (!Value.is_object())
      return;
    for (const auto &Member : Value.items()) {
      if (is_contained(Asked, Member.key()))
        continue;
      SmallVector<StringRef> Known(Asked.begin(), Asked.end());
      StringRef Nearest = nearestName(Member.key(), Known);
      if (Error.empty())
        Error = Path + "/" + Member.key() + ": unknown key" +
                (Nearest.empty() ? "" : "; did you mean '" + Nearest.str() + "'?");
    }
  }

  void fail(StringRef Key, StringRef Expected) {
    if (Error.empty())
      Error = Path + (Key.empty() ? "" : "/") + Key.str() + ": expected " + Expected.str();
  }
  bool has(StringRef Key) const { return Value.is_object() && Value.contains(Key.str()); }
  const Json *find(StringRef Key) {
    Asked.push_back(Key.str());
    if (!Value.is_object())
      return nullptr;
    auto Found = Value.find(Key.str());
    return Found == Value.end() ? nullptr : &*Found;
  }
  void read(StringRef Key, bool &Result) {
    if (const Json *V = find(Key))
      V->is_boolean() ? void(Result = V->get<bool>()) : fail(Key, "true or false");
  }
  void read(StringRef Key, unsigned &Result) {
    if (const Json *V = find(Key))
      asNumber(*V, Key, Result);
  }
  void read(StringRef Key, std::string &Result) {
    if (const Json *V = find(Key))
      V->is_string() ? void(Result = V->get<std::string>()) : fail(Key, "a string");
  }
  void read(StringRef Key, std::vector<std::string> &Result) {
    forEachString(Key, [&](std::string S) { Result.push_back(std::move(S)); });
  }
  void read(StringRef Key, StringSet<> &Result) {
    forEachString(Key, [&](std::string S) { Result.insert(S); });
  }
  template <typename Enum>
  void read(StringRef Key, Enum &Result, std::initializer_list<std::pair<StringRef, Enum>> Words) {
    const Json *V = find(Key);
    if (!V)
      return;
    std::string Expected;
    for (const auto &[Word, Meaning] : Words) {
      if (V->is_string() && V->get<std::string>() == Word) {
        Result = Meaning;
        return;
      }
      Expected += (Expected.empty() ? "'" : " or '") + Word.str() + "'";
    }
    fail(Key, Expected);
  }
  template <typename Callback> void forEachMember(StringRef Key, Callback Visit) {
    const Json *V = find(Key);
    if (!V)
      return;
    if (!V->is_object())
      return fail(Key, "an object");
    for (const auto &Member : V->items())
      Visit(Member.key(), Member.value());
  }
  template <typename Callback> void object(StringRef Key, Callback Visit) {
    if (const Json *V = find(Key)) {
      ObjectReader Inner(*V, Path + "/" + Key.str(), Error);
      Visit(Inner);
    }
  }
  void asNumber(const Json &V, StringRef Key, unsigned &Result) {
    if (V.is_number_unsigned() && V.get<uint64_t>() <= 65535)
      Result = V.get<unsigned>();
    else
      fail(Key, "a whole number of at most 65535");
  }
  void asString(const Json &V, StringRef Key, std::string &Result) {
    if (V.is_string())
      Result = V.get<std::string>();
    else
      fail(Key, "a string");
  }

private:
  const Json &Value;
  std::string Path;
  std::string &Error;
  std::vector<std::string> Asked;

  template <typename Callback> void forEachString(StringRef Key, Callback Visit) {
    const Json *V = find(Key);
    if (!V)
      return;
    if (!V->is_array())
      return fail(Key, "an array of strings");
    for (const Json &Element : *V)
      Element.is_string() ? Visit(Element.get<std::string>()) : fail(Key, "an array of strings");
  }
};

/// Reads the texts of the object \p Name, which has each of \p Keys and nothing else.
void readTexts(ObjectReader &R, StringRef Name, ArrayRef<StringLiteral> Keys, LoweringProfile &P) {
  if (!R.has(Name))
    return R.fail(Name, "an object with the texts of generated code");
  R.object(Name, [&](ObjectReader &Texts) {
    for (StringRef Key : Keys) {
      if (!Texts.has(Key))
        Texts.fail(Key, "a string");
      Texts.read(Key, P.Text[Key.str()]);
    }
  });
}

void readEscapes(ObjectReader &R, LoweringProfile::EscapeRules &Rules) {
  using Rule = LoweringProfile::EscapeRules::Rule;
  R.read("by", Rules.By, {{"calls", Rule::Calls}, {"statements", Rule::Statements}, {"names", Rule::Names}});
  R.read("nonEscaping", Rules.NonEscaping);
  R.read("nonEscapingPrefixes", Rules.NonEscapingPrefixes);
  R.read("nonEscapingSuffixes", Rules.NonEscapingSuffixes);
  R.read("api", Rules.Api);
  R.read("always", Rules.Always);
  R.read("closes", Rules.Closes);
  R.read("consumes", Rules.Consumes);
  R.read("closesWith", Rules.ClosesWith);
  R.read("plainDeallocators", Rules.PlainDeallocators);
}

void readStack(ObjectReader &R, LoweringProfile::StackRules &Rules) {
  using Model = LoweringProfile::StackRules::Model;
  using Depths = LoweringProfile::StackRules::Depths;
  R.read("model", Rules.By, {{"tracked", Model::Tracked}, {"direct", Model::Direct}});
  R.read("cachedItems", Rules.CachedItems);
  if (Rules.CachedItems > 9)
    R.fail("cachedItems", "at most 9");
  R.read("largeBody", Rules.LargeBody);
  R.read("scalarReplicas", Rules.ScalarReplicas);
  R.read("joinsConditionals", Rules.JoinsConditionals);
  R.object("depths", [&](ObjectReader &D) {
    const std::pair<StringRef, Depths> Kinds[] = {
        {"convert", Depths::Convert}, {"flush", Depths::Flush}, {"none", Depths::None}};
    for (const auto &[Key, Kind] : Kinds) {
      std::vector<std::string> Names;
      D.read(Key, Names);
      for (const std::string &Name : Names)
        Rules.Special[Name] = Kind;
    }
  });
}

void readOpcodes(ObjectReader &R, LoweringProfile::OpcodeRules &Rules) {
  R.forEachMember("fixed", [&](const std::string &Name, const Json &V) {
    unsigned Number = 0;
    R.asNumber(V, "fixed", Number);
    Rules.Fixed.push_back({Name, Number});
  });
  R.read("firstSpecialized", Rules.FirstSpecialized);
  R.read("lastInstrumented", Rules.LastInstrumented);
  R.read("instrumentedPrefix", Rules.InstrumentedPrefix);
  R.read("extraInstrumented", Rules.ExtraInstrumented);
  R.read("firstPseudo", Rules.FirstPseudo);
  R.read("firstUop", Rules.FirstUop);
  R.read("firstUops", Rules.FirstUops);
  R.forEachMember("extraMembers", [&](const std::string &Name, const Json &V) {
    std::string FamilyName;
    R.asString(V, "extraMembers", FamilyName);
    Rules.ExtraMembers.push_back({Name, FamilyName});
  });
}

/// True when the name stands somewhere in \p Text, not as a part of a longer one.
bool isNamedIn(StringRef Text, StringRef Name) {
  auto IsPart = [](char C) { return isAlnum(C) || C == '_'; };
  for (size_t At = Text.find(Name); At != StringRef::npos; At = Text.find(Name, At + 1))
    if (!(At != 0 && IsPart(Text[At - 1])) &&
        !(At + Name.size() < Text.size() && IsPart(Text[At + Name.size()])))
      return true;
  return false;
}

/// Changes \p Lowering (RFC 7396) by each member of its "ifNamed" whose name is in \p Definitions.
void applyNamed(Json &Lowering, ArrayRef<dsl::SourceText> Definitions, std::string &Problem) {
  auto Found = Lowering.find("ifNamed");
  if (Found == Lowering.end())
    return;
  Json IfNamed = *Found;
  Lowering.erase(Found);
  ObjectReader R(IfNamed, "/lowering/ifNamed", Problem);
  if (!IfNamed.is_object())
    return;
  for (const auto &Member : IfNamed.items()) {
    const Json *Change = R.find(Member.key());
    if (!Change->is_object())
      R.fail(Member.key(), "an object");
    else if (any_of(Definitions,
                    [&](const dsl::SourceText &Source) { return isNamedIn(Source.Text, Member.key()); }))
      Lowering.merge_patch(*Change);
  }
}

void readLowering(ObjectReader &R, LoweringProfile &P) {
  R.object("language", [&](ObjectReader &L) {
    L.read("statementBodies", P.Language.StatementBodies);
    L.read("conditionalItems", P.Language.ConditionalItems);
    L.read("typedItems", P.Language.TypedItems);
    L.read("repeatedMacros", P.Language.RepeatedMacros);
  });
  R.object("escapes", [&](ObjectReader &E) { readEscapes(E, P.Escapes); });
  R.object("properties", [&](ObjectReader &N) {
    N.read("errorWithPop", P.ErrorWithPop);
    N.read("errorWithoutPop", P.ErrorWithoutPop);
    N.read("cellFunctions", P.CellFunctions);
    N.read("usesLocals", P.UsesLocals);
    if (N.has("syncsStack"))
      P.SyncsStack.clear();
    N.read("syncsStack", P.SyncsStack);
    N.read("evalBreakerNames", P.EvalBreakerNames);
    N.read("evalBreakerUses", P.EvalBreakerUses);
    N.read("evalBreakerAtEnd", P.EvalBreakerAtEnd);
    N.read("leaves", P.Leaves);
    N.read("exits", P.Exits);
  });
  R.object("viability", [&](ObjectReader &V) {
    V.read("always", P.Viability.Always);
    V.read("tier1ControlFlow", P.Viability.Tier1ControlFlow);
    V.read("maxOperands", P.Viability.MaxOperands);
    V.read("tooManyOperands", P.Viability.TooManyOperands);
    V.read("evalBreakerAlone", P.Viability.EvalBreakerAlone);
    V.read("splitOnOparg", P.Viability.SplitOnOparg);
  });
  R.object("stack", [&](ObjectReader &S) { readStack(S, P.Stack); });
  if (!P.Language.StatementBodies && P.Stack.By == LoweringProfile::StackRules::Model::Tracked)
    R.fail("language/statementBodies", "true, as the stack model 'tracked' follows statements");
  R.object("opcodes", [&](ObjectReader &O) { readOpcodes(O, P.Opcodes); });
  R.forEachMember("operandTypes", [&](const std::string &Size, const Json &V) {
    unsigned Units = 0;
    if (StringRef(Size).getAsInteger(10, Units))
      R.fail("operandTypes", "sizes in code units as keys");
    else
      R.asString(V, "operandTypes", P.OperandTypes[Units]);
  });
  P.HasTier1 = R.has("tier1");
  P.HasTier2 = R.has("tier2");
  P.TracksFrame = R.has("frame");
  readTexts(R, "text", TextKeys, P);
  if (P.TracksFrame)
    readTexts(R, "frame", FrameKeys, P);
  if (P.HasTier1)
    readTexts(R, "tier1", Tier1Keys, P);
  if (P.HasTier2)
    readTexts(R, "tier2", Tier2Keys, P);
}

} // namespace

StringRef LoweringProfile::text(StringRef Key) const { return Text.find(std::string_view(Key))->second; }

std::string fillTemplate(StringRef Template, std::initializer_list<std::pair<StringRef, StringRef>> Values) {
  std::string Result;
  while (true) {
    size_t Open = Template.find('{');
    Result += Template.take_front(Open);
    if (Open == StringRef::npos)
      return Result;
    size_t Close = Template.find('}', Open);
    StringRef Key = Template.slice(Open + 1, Close);
    auto Value = find_if(Values, [&](const auto &V) { return V.first == Key; });
    if (Close == StringRef::npos || Value == Values.end()) {
      Result += '{'; // a brace of the C text
      Template = Template.drop_front(Open + 1);
      continue;
    }
    Result += Value->second;
    Template = Template.drop_front(Close + 1);
  }
}

Expected<LoweringProfile> readLoweringProfile(StringRef File, StringRef Text,
                                              ArrayRef<dsl::SourceText> Definitions) {
  auto Complete = completeProfileText(File, Text);
  if (!Complete)
    return Complete.takeError();
  Json Root = Json::parse(*Complete, nullptr, /*allow_exceptions=*/false);
  auto Name = Root.find("name");
  if (Name == Root.end() || !Name->is_string())
    return makeFileError(File, "/name: expected a string");
  auto Lowering = Root.find("lowering");
  if (Lowering == Root.end())
    return makeFileError(File, "the profile has no \"lowering\": it cannot read definitions");
  LoweringProfile Profile;
  Profile.Name = Name->get<std::string>();
  std::string Problem;
  {
    applyNamed(*Lowering, Definitions, Problem);
    ObjectReader R(*Lowering, "/lowering", Problem);
    readLowering(R, Profile);
  }
  if (!Problem.empty())
    return makeFileError(File, Problem);
  return Profile;
}

std::vector<StringRef> builtinLoweringProfiles() {
  std::vector<StringRef> Names;
  for (const EmbeddedProfile &P : EmbeddedProfiles)
    Names.push_back(P.Name);
  return Names;
}

Expected<LoweringProfile> loadLoweringProfile(StringRef NameOrFile, ArrayRef<dsl::SourceText> Definitions) {
  for (const EmbeddedProfile &P : EmbeddedProfiles)
    if (P.Name == NameOrFile)
      return readLoweringProfile(P.Name, P.Text, Definitions);
  if (NameOrFile.ends_with(".json")) {
    auto Buffer = readFile(NameOrFile, "the profile");
    if (!Buffer)
      return Buffer.takeError();
    return readLoweringProfile(NameOrFile, (*Buffer)->getBuffer(), Definitions);
  }
  std::vector<StringRef> Known = builtinLoweringProfiles();
  StringRef Nearest = nearestName(NameOrFile, Known);
  return makeError("unknown profile '" + NameOrFile + "'" +
                   (Nearest.empty() ? Twine("") : "; did you mean '" + Nearest + "'?") +
                   " (the name of a profile file ends in .json)");
}

} // namespace stencilgen
