// JsonDocument and JsonObject over nlohmann/json, whose exceptions do not leave this file.
#include "support/Json.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace stencilgen {

namespace {

/// What an absent or mistyped object reads as, so that readers can go on.
const Json EmptyObject = Json::object();

/// The byte offset at which \p Text nests deeper than MaxJsonDepth, none when it does not: the library's
/// parser is recursive.
std::optional<size_t> tooDeepAt(StringRef Text) {
  unsigned Depth = 0;
  bool InString = false;
  for (size_t I = 0; I < Text.size(); ++I) {
    char C = Text[I];
    if (InString) {
      if (C == '\\')
        ++I;
      else if (C == '"')
        InString = false;
    } else if (C == '"') {
      InString = true;
    } else if (C == '{' || C == '[') {
      if (++Depth > MaxJsonDepth)
        return I;
    } else if ((C == '}' || C == ']') && Depth > 0) {
      --Depth;
    }
  }
  return std::nullopt;
}

} // namespace

Expected<JsonDocument> JsonDocument::parse(StringRef File, StringRef Text) {
  if (auto Offset = tooDeepAt(Text))
    return makeErrorAt(File, Text, *Offset, "JSON nested deeper than " + Twine(MaxJsonDepth) + " levels");
  JsonDocument Document;
  Document.File = File.str();
  try {
    Document.Root = Json::parse(Text.begin(), Text.end());
  } catch (const Json::parse_error &E) {
    return makeErrorAt(File, Text, E.byte ? E.byte - 1 : 0, "not a JSON document");
  } catch (const Json::exception &E) { // a number that is too large
    return makeFileError(File, Twine("not a JSON document: ") + E.what());
  }
  if (Text.contains('\0')) // the library takes it for the end
    return makeFileError(File, "not a JSON document: it has a zero byte");
  if (!Document.Root.is_object())
    return makeFileError(File, "expected a JSON object");
  return Document;
}

JsonObject JsonDocument::root() { return JsonObject(*this, Root, ""); }

void JsonDocument::addUnknownMembers() {
  for (const Json *Object : Order) {
    const Visit &Seen = Visits.at(Object);
    for (const auto &Member : Object->items()) {
      if (is_contained(Seen.Asked, Member.key()) || Errors.size() >= MaxRemembered)
        continue;
      StringRef Nearest =
          nearestName(Member.key(), SmallVector<StringRef>(Seen.Asked.begin(), Seen.Asked.end()));
      Errors.push_back(Seen.Path + "/" + Member.key() + ": unknown member" +
                       (Nearest.empty() ? "" : "; did you mean '" + Nearest.str() + "'?"));
    }
  }
}

void JsonDocument::mergePatch(const JsonDocument &Patch) { Root.merge_patch(Patch.Root); }

void JsonDocument::remove(StringRef Key) { Root.erase(Key.str()); }

std::string JsonDocument::text() const {
  return Root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Error JsonDocument::takeError() {
  addUnknownMembers();
  Visits.clear();
  Order.clear();
  if (Errors.empty())
    return Error::success();
  std::vector<Diagnostic> Diagnostics;
  for (const std::string &Message : ArrayRef(Errors).take_front(MaxErrors)) {
    Diagnostics.emplace_back().File = File;
    Diagnostics.back().Message = Message;
  }
  if (Errors.size() > MaxErrors) {
    Diagnostics.emplace_back().File = File;
    Diagnostics.back().Message = std::to_string(Errors.size() - MaxErrors) + " more errors like these";
  }
  Errors.clear();
  return make_error<DiagnosticError>(std::move(Diagnostics));
}

JsonObject::JsonObject(JsonDocument &Document, const Json &Value, std::string Path)
    : Document(&Document), Value(&Value), Path(std::move(Path)) {
  if (Document.Visits.try_emplace(&Value, JsonDocument::Visit{this->Path, {}}).second)
    Document.Order.push_back(&Value);
}

void JsonObject::fail(StringRef Key, const Twine &Expected) {
  std::string Message = (Path + "/" + Key + ": expected " + Expected).str();
  if (Document->Errors.size() < JsonDocument::MaxRemembered && !is_contained(Document->Errors, Message))
    Document->Errors.push_back(std::move(Message));
}

const Json *JsonObject::find(StringRef Key) const {
  std::string Name = Key.str();
  if (auto &Asked = Document->Visits[Value].Asked; !is_contained(Asked, Name))
    Asked.push_back(Name);
  auto Member = Value->find(Name);
  return Member == Value->end() ? nullptr : &*Member;
}

void JsonObject::allowAll() const {
  for (const auto &Member : Value->items())
    allow(Member.key());
}

bool JsonObject::has(StringRef Key) const { return find(Key) != nullptr; }

bool JsonObject::isText(const Json &Member, StringRef Key) {
  if (!Member.is_string())
    return false;
  StringRef Text = Member.get_ref<const std::string &>();
  // The library has checked that it is UTF-8, in which U+0080 to U+009F begin with C2.
  for (size_t I = 0; I < Text.size(); ++I) {
    auto C = static_cast<unsigned char>(Text[I]);
    bool IsC1 = C == 0xc2 && I + 1 < Text.size() && static_cast<unsigned char>(Text[I + 1]) < 0xa0;
    if (C < 0x20 || C == 0x7f || IsC1) {
      fail(Key, "a text without control characters");
      return true;
    }
  }
  return true;
}

std::string JsonObject::string(StringRef Key) {
  const Json *Member = find(Key);
  if (Member && isText(*Member, Key))
    return Member->get<std::string>();
  fail(Key, "a string");
  return "";
}

bool JsonObject::boolean(StringRef Key) {
  const Json *Member = find(Key);
  if (Member && Member->is_boolean())
    return Member->get<bool>();
  fail(Key, "true or false");
  return false;
}

uint64_t JsonObject::number(StringRef Key, uint64_t Max) {
  const Json *Member = find(Key);
  if (Member && Member->is_number_unsigned() && Member->get<uint64_t>() <= Max)
    return Member->get<uint64_t>();
  fail(Key, Max == UINT64_MAX ? Twine("a whole number") : "a whole number of 0 to " + Twine(Max));
  return 0;
}

int64_t JsonObject::signedNumber(StringRef Key) {
  const Json *Member = find(Key);
  // What does not fit in 64 bits reads as a floating-point number, what fits without a sign as unsigned.
  if (Member && Member->is_number_integer() &&
      !(Member->is_number_unsigned() && Member->get<uint64_t>() > INT64_MAX))
    return Member->get<int64_t>();
  fail(Key, "a whole number of -2^63 to 2^63 - 1");
  return 0;
}

std::vector<uint8_t> JsonObject::bytes(StringRef Key) {
  std::string Digits = string(Key), Bytes;
  // LLVM takes a single digit for a byte of its own.
  if (Digits.size() % 2 != 0 || !tryGetFromHex(Digits, Bytes))
    fail(Key, "bytes as pairs of hexadecimal digits");
  return std::vector<uint8_t>(Bytes.begin(), Bytes.end());
}

std::vector<std::string> JsonObject::strings(StringRef Key) {
  std::vector<std::string> Result;
  const Json *Member = find(Key);
  if (!Member || !Member->is_array()) {
    fail(Key, "an array of strings");
    return Result;
  }
  for (const Json &Element : *Member) {
    if (isText(Element, Key))
      Result.push_back(Element.get<std::string>());
    else
      fail(Key, "an array of strings");
  }
  return Result;
}

std::vector<std::pair<std::string, std::string>> JsonObject::stringMembers(StringRef Key) {
  std::vector<std::pair<std::string, std::string>> Result;
  JsonObject Object = object(Key);
  for (const auto &Member : Object.Value->items()) {
    isText(Member.key(), Key);
    Result.emplace_back(Member.key(), Object.string(Member.key()));
  }
  return Result;
}

std::vector<std::pair<std::string, std::vector<std::string>>> JsonObject::stringListMembers(StringRef Key) {
  std::vector<std::pair<std::string, std::vector<std::string>>> Result;
  JsonObject Object = object(Key);
  for (const auto &Member : Object.Value->items()) {
    std::vector<std::string> Strings;
    if (Member.value().is_array())
      Strings = Object.strings(Member.key());
    else
      Strings.push_back(Object.string(Member.key()));
    if (Strings.empty()) {
      Object.fail(Member.key(), "a string or a list of strings");
      Strings.emplace_back();
    }
    Result.emplace_back(Member.key(), std::move(Strings));
  }
  return Result;
}

std::vector<std::string> JsonObject::memberNames(StringRef Key) {
  std::vector<std::string> Names;
  for (const auto &Member : object(Key).Value->items())
    Names.push_back(Member.key());
  return Names;
}

JsonObject JsonObject::object(StringRef Key) {
  const Json *Member = find(Key);
  if (!Member || !Member->is_object()) {
    fail(Key, "an object");
    Member = &EmptyObject;
  }
  return JsonObject(*Document, *Member, Path + "/" + Key.str());
}

void JsonObject::forEach(StringRef Key, function_ref<void(JsonObject)> Visit) {
  const Json *Member = find(Key);
  if (!Member || !Member->is_array()) {
    fail(Key, "an array of objects");
    return;
  }
  size_t Index = 0;
  for (const Json &Element : *Member) {
    std::string ElementPath = Path + "/" + Key.str() + "/" + std::to_string(Index++);
    if (Element.is_object()) {
      Visit(JsonObject(*Document, Element, std::move(ElementPath)));
    } else {
      fail(Key, "an array of objects");
      return;
    }
  }
}

} // namespace stencilgen
