using System.Globalization;

namespace RocketMQ.Fault.Tests;

/// <summary>How long and how the audit runs; see README.md.</summary>
internal sealed record AuditOptions(int Rounds, int Seed, int LoadMs)
{
    private const int DefaultRounds = 20;
    private const int DefaultLoadMs = 1_000;
    private const int DefaultPowerRounds = 50;
    private const int DefaultMachineRounds = 4;
    private const int DefaultFailoverRounds = 10;

    public static AuditOptions FromEnvironment() => new(
        Read("FAULT_ROUNDS") ?? DefaultRounds,
        Read("FAULT_SEED") ?? Random.Shared.Next(1, 1_000_000),
        Read("FAULT_LOAD_MS") ?? DefaultLoadMs);

    public static AuditOptions ForLostMachines() => FromEnvironment() with { Rounds = Read("MACHINE_ROUNDS") ?? DefaultMachineRounds };

    public static AuditOptions ForFailovers() => FromEnvironment() with { Rounds = Read("FAILOVER_ROUNDS") ?? DefaultFailoverRounds };

    public static AuditOptions ForPowerLoss() => FromEnvironment() with { Rounds = Read("POWER_ROUNDS") ?? DefaultPowerRounds };

    /// <summary>Whether directories count as flushed whenever they change: to see what else is lost.</summary>
    public static bool SparesNames => Environment.GetEnvironmentVariable("POWER_SPARE") == "names";

    private static int? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
