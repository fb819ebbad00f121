namespace RocketMQ.Controller.Sets;

/// <summary>A broker of a set: where it is, and the code it took its id with.</summary>
public sealed record Replica(string Address, string CheckCode);
