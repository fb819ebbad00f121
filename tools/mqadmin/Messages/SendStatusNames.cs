using RocketMQ.Client;

namespace RocketMQ.MqAdmin.Messages;

/// <summary>Apache's words for how a send went.</summary>
internal static class SendStatusNames
{
    public static string Of(SendStatus? status) => status switch
    {
        null => "SEND_FAILED",
        SendStatus.Stored => "SEND_OK",
        _ => Names.Of(status),
    };
}
