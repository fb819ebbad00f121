using System.Text.Json;

namespace RocketMQ.Interop.Tests;

/// <summary>The client library threw; <paramref name="code"/> is the broker's response code when that was the reason.</summary>
public sealed class NodeClientException(string message, int? code) : Exception(message)
{
    public int? Code { get; } = code;

    internal static NodeClientException From(JsonElement line) => new(
        line.GetProperty("error").GetString() ?? "",
        line.GetProperty("code") is { ValueKind: JsonValueKind.Number } code ? code.GetInt32() : null);
}
