namespace RocketMQ.Broker.Health;

/// <summary>Looks at something that the broker needs in order to serve.</summary>
public interface IHealthCheck
{
    /// <summary>Looks now. Any thread but a loop thread: files may be touched.</summary>
    IEnumerable<HealthFinding> Look();
}
