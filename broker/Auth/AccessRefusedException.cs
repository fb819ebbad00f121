namespace RocketMQ.Broker.Auth;

/// <summary>A change of users or rules that can't be made; the message is a sentence for who asked for it.</summary>
internal sealed class AccessRefusedException(string message) : Exception(message);
