namespace RocketMQ.Protocol.Codes;

/// <summary>The language a command's sender is written in: a byte in the binary header, a name (<see cref="LanguageCodes"/>) in JSON.</summary>
public enum LanguageCode : byte
{
    Java = 0,
    Cpp = 1,
    Dotnet = 2,
    Python = 3,
    Delphi = 4,
    Erlang = 5,
    Ruby = 6,
    Other = 7,
    Http = 8,
    Go = 9,
    Php = 10,
    Oms = 11,
    Rust = 12,
    NodeJs = 13,
}
