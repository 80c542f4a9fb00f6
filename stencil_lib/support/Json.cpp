// JsonDocument and JsonObject over nlohmann/json, whose exceptions do not leave this file.
#include "support/Json.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace stencilgen {

namespace {

/// What an absent or mistyped object reads as, so that readers can go on.
const Json EmptyObject = Json::object();

/// Deeper nesting than any document of ours: refused before the recursive parser of the library meets it.
constexpr unsigned MaxDepth = 64;

/// The byte offset at which \p Text nests deeper than MaxDepth, none when it does not.
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
      if (++Depth > MaxDepth)
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
    return makeErrorAt(File, Text, *Offset, "JSON nested deeper than " + Twine(MaxDepth) + " levels");
  JsonDocument Document;
  Document.File = File.str();
  try {
    Document.Root = Json::parse(Text.begin(), Text.end());
  } catch (const Json::parse_error &E) {
    return makeErrorAt(File, Text, E.byte ? E.byte - 1 : 0, "not a JSON document");
  }
  if (Text.contains('\0')) // the library takes it for the end
    return makeFileError(File, "not a JSON document: it has a zero byte");
  if (!Document.Root.is_object())
    return makeFileError(File, "expected a JSON object");
  return Document;
}

JsonObject JsonDocument::root() { return JsonObject(*this, Root, ""); }

void JsonDocument::mergePatch(const JsonDocument &Patch) { Root.merge_patch(Patch.Root); }

void JsonDocument::remove(StringRef Key) { Root.erase(Key.str()); }

std::string JsonDocument::text() const {
  return Root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Error JsonDocument::takeError() {
  if (!FirstError)
    return Error::success();
  return makeFileError(File, *FirstError);
}

void JsonObject::fail(StringRef Key, const Twine &Expected) {
  if (!Document->FirstError)
    Document->FirstError = (Path + "/" + Key + ": expected " + Expected).str();
}

const Json *JsonObject::find(StringRef Key) const {
  auto Member = Value->find(Key.str());
  return Member == Value->end() ? nullptr : &*Member;
}

bool JsonObject::has(StringRef Key) const { return find(Key) != nullptr; }

std::string JsonObject::string(StringRef Key) {
  const Json *Member = find(Key);
  if (Member && Member->is_string())
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
    if (Element.is_string())
      Result.push_back(Element.get<std::string>());
    else
      fail(Key, "an array of strings");
  }
  return Result;
}

std::vector<std::pair<std::string, std::string>> JsonObject::stringMembers(StringRef Key) {
  std::vector<std::pair<std::string, std::string>> Result;
  JsonObject Object = object(Key);
  for (const auto &Member : Object.Value->items())
    Result.emplace_back(Member.key(), Object.string(Member.key()));
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
      Object.fail(Member.key(), "a string or a list of some");
      Strings.emplace_back();
    }
    Result.emplace_back(Member.key(), std::move(Strings));
  }
  return Result;
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
