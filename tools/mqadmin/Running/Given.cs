using System.CommandLine;

namespace RocketMQ.MqAdmin.Running;

/// <summary>Whether an option stands on the command line: one with a default has a value in any case.</summary>
internal static class Given
{
    public static bool Has(this ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };
}
