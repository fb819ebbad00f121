namespace RocketMQ.MqAdmin.Store;

/// <summary>Something that does not agree in a store.</summary>
/// <param name="Where">A file, queue or part.</param>
/// <param name="Count">How often.</param>
/// <param name="IsDamage">False for what a crash leaves and a start mends.</param>
internal sealed record Finding(string Where, string What, long Count, bool IsDamage);
