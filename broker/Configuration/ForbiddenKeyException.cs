namespace RocketMQ.Broker.Configuration;

/// <summary>A setting that may not be changed from afar; the message is a sentence for the person who tried.</summary>
public sealed class ForbiddenKeyException(string message) : Exception(message);
