namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Something a broker keeps by name, its values as text: what is written is read the same.</summary>
internal abstract class AdministeredTable(string name, params string[] keys)
{
    public string Name => name;

    public IReadOnlyList<string> Keys => keys;

    public virtual bool CanDelete => true;

    /// <summary>Makes what the values rest on.</summary>
    public virtual Task PrepareAsync(BrokerClient broker) => Task.CompletedTask;

    public abstract string NextValue(Random random);

    /// <param name="old">What is there; null when nothing is.</param>
    /// <param name="wanted">What shall be there; null when nothing shall.</param>
    public abstract Task WriteAsync(BrokerClient broker, string key, string? old, string? wanted);

    /// <summary>All there is, other people's too.</summary>
    public abstract Task<Dictionary<string, string>> ReadAsync(BrokerClient broker);
}
