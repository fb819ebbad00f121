using System.Globalization;

namespace RocketMQ.Fault.Tests.Capacity;

/// <summary>What the kernel says of a process (Linux).</summary>
/// <param name="AnonymousMiB">Memory of its own: heap, stacks, JIT. Mapped files, which the kernel can take back, are not in it.</param>
/// <param name="Cpu">Processor time since its start.</param>
internal readonly record struct ProcessFigures(double AnonymousMiB, double FileMiB, TimeSpan Cpu)
{
    private const double TicksPerSecond = 100;

    public static ProcessFigures Of(int processId)
    {
        var status = File.ReadAllLines($"/proc/{processId}/status").Select(line => line.Split(':')).ToDictionary(parts => parts[0], parts => parts[1].Trim());
        // After the name, which may hold spaces: the 12th and 13th field are user and system time.
        var fields = File.ReadAllText($"/proc/{processId}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(MiB(status["RssAnon"]), MiB(status["RssFile"]), TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond));
    }

    private static double MiB(string text) => Number(text.Split(' ')[0]) / 1024;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
