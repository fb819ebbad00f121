namespace RocketMQ.MqAdmin;

/// <summary>What a run of the program sees of the world; tests make their own.</summary>
internal sealed record Surroundings
{
    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Columns of the terminal that shows the output; <see langword="null"/> when it goes to a file or a pipe.</summary>
    public int? TerminalWidth { get; init; }

    /// <summary>Whether a person sees what is written to <see cref="Error"/>: only then is progress shown.</summary>
    public bool ShowsProgress { get; init; }

    public Func<string, string?> Environment { get; init; } = _ => null;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static Surroundings OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        TerminalWidth = Console.IsOutputRedirected || Console.WindowWidth <= 0 ? null : Console.WindowWidth,
        ShowsProgress = !Console.IsErrorRedirected,
        Environment = System.Environment.GetEnvironmentVariable,
    };
}
