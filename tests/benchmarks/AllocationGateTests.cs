using System.Globalization;
using RocketMQ.Benchmarks.Operations;
using RocketMQ.Remoting;

namespace RocketMQ.Benchmarks;

/// <summary>
/// What each operation allocates is exactly what <c>allocations.tsv</c> says: a byte more is a decision, a byte less is written down.
/// </summary>
[NonParallelizable]
public class AllocationGateTests
{
    private const int WarmUp = 2000;
    private const int Calls = 1000;
    private const int Rounds = 8;

    private static readonly Dictionary<string, long> Expected = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "allocations.tsv"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('\t'))
        .ToDictionary(columns => columns[0], columns => long.Parse(columns[1], CultureInfo.InvariantCulture));

    private static IEnumerable<string> Operations => OperationCatalog.All.Keys;

    [OneTimeSetUp]
    public void RunSocketsInline() => SocketScheduling.RunInline();

    [TestCaseSource(nameof(Operations))]
    public void An_operation_allocates_what_is_written_down(string name)
    {
#if DEBUG
        Assert.Ignore("Unoptimized code allocates otherwise: run with -c Release.");
#endif
        using var operation = OperationCatalog.All[name]();
        Repeat(operation, WarmUp);

        // Others in the process only ever add: the least of the rounds is the operation's own.
        var least = Enumerable.Range(0, Rounds).Min(_ => BytesOf(operation)) / Calls;
        TestContext.Out.WriteLine($"{name}\t{least}");
        Assert.That(least, Is.EqualTo(Expected.GetValueOrDefault(name, -1)), $"bytes allocated by '{name}': correct the code, or tests/benchmarks/allocations.tsv");
    }

    [Test]
    public void Every_operation_written_down_exists() => Assert.That(Expected.Keys, Is.EquivalentTo(Operations));

    private static long BytesOf(IOperation operation)
    {
        var before = Allocated(operation);
        Repeat(operation, Calls);
        return Allocated(operation) - before;
    }

    private static long Allocated(IOperation operation) =>
        operation.IsServed ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread();

    private static void Repeat(IOperation operation, int times)
    {
        for (var i = 0; i < times; i++)
        {
            operation.Run();
        }
    }
}
