using System.Globalization;

namespace RocketMQ.Benchmark.Measuring;

/// <summary>What a process has used so far, from <c>/proc/PID/stat</c>: the operating system's own count, in ticks of 10 ms.</summary>
/// <param name="WakeUps">Times that one of its threads waited and was woken.</param>
internal readonly record struct ProcessUsage(double UserSeconds, double SystemSeconds, long ResidentBytes, long WakeUps)
{
    private const double TicksPerSecond = 100;

    public double CpuSeconds => UserSeconds + SystemSeconds;

    /// <exception cref="BenchmarkException">There is no such process.</exception>
    public static ProcessUsage Of(int pid)
    {
        try
        {
            // The command stands in brackets and may itself hold any character.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessUsage(
                Number(fields[11]) / TicksPerSecond, Number(fields[12]) / TicksPerSecond, Number(fields[21]) * Environment.SystemPageSize, WakeUpsOf(pid));
        }
        catch (IOException e)
        {
            throw new BenchmarkException($"Can't read the CPU time of process {pid}: {e.Message}");
        }
    }

    private static long WakeUpsOf(int pid)
    {
        const string Label = "voluntary_ctxt_switches:";
        long sum = 0;
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{pid}/task"))
        {
            try
            {
                sum += File.ReadLines(Path.Combine(thread, "status"))
                    .Where(line => line.StartsWith(Label, StringComparison.Ordinal))
                    .Sum(line => Number(line[Label.Length..].Trim()));
            }
            catch (IOException)
            {
                // The thread ended meanwhile.
            }
        }

        return sum;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
