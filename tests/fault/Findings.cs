namespace RocketMQ.Fault.Tests;

/// <summary>What an audit found wrong. It goes on after the first finding: the pattern of all of them tells the cause.</summary>
internal sealed class Findings
{
    private const int MaxKept = 40;

    private readonly List<string> _kept = [];

    public int Count { get; private set; }

    public void Add(string what)
    {
        lock (_kept)
        {
            Count++;
            if (_kept.Count < MaxKept)
            {
                _kept.Add(what);
            }
        }
    }

    public void Add(Findings others)
    {
        foreach (var other in others._kept)
        {
            Add(other);
        }

        Count += others.Count - others._kept.Count;
    }

    public void Check(bool holds, string orElse)
    {
        if (!holds)
        {
            Add(orElse);
        }
    }

    public override string ToString() => $"{Count} findings\n  {string.Join("\n  ", _kept)}{(Count > MaxKept ? "\n  ..." : "")}";
}
