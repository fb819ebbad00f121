namespace RocketMQ.Client;

/// <summary>No broker is known that serves a topic, or none that serves it in the way needed.</summary>
public sealed class RouteNotFoundException(string message) : RocketMQException(message);
