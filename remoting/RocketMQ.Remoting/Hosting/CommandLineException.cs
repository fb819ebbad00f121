namespace RocketMQ.Remoting.Hosting;

/// <summary>A program was given an option that it has not: its exit code is <see cref="ExitCode"/>, as that of the tools.</summary>
public sealed class CommandLineException(string message) : Exception(message)
{
    public const int ExitCode = 2;
}
