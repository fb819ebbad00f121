using Newtonsoft.Json.Linq;

namespace RocketMQ.Tools.Tests.Support;

/// <summary>What one run of mqadmin left.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>The answer to a run with <c>--json</c>.</summary>
    public JObject Json => JObject.Parse(Output);

    /// <summary>The answer of a run that must have succeeded.</summary>
    public Outcome Done()
    {
        Assert.That(ExitCode, Is.Zero, $"It said: {Error}\nand wrote: {Output}");
        return this;
    }

    /// <summary>The sentence of a run that must not have succeeded.</summary>
    public string Refused(int exitCode)
    {
        Assert.That(ExitCode, Is.EqualTo(exitCode), $"It said: {Error}\nand wrote: {Output}");
        return Error;
    }
}
