using System.Net;
using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Auth;

/// <summary>Who asks for an operation, as far as its protocol has found out.</summary>
/// <param name="Asks">What is asked for, in the protocol's words: for refusals and the log.</param>
/// <param name="Source">Where from.</param>
/// <param name="Name">The user that it says it is; <see langword="null"/> for none.</param>
/// <param name="Unproven">Why it is not to be believed; <see langword="null"/> where it has proved it.</param>
/// <param name="IsFree">Whether nothing is asked of it: access control is off, or it comes from where everybody is trusted.</param>
public readonly record struct Caller(string Asks, IPAddress? Source, string? Name, Refusal? Unproven = null, bool IsFree = false)
{
    public static Caller Free { get; } = new("", null, null, IsFree: true);
}
